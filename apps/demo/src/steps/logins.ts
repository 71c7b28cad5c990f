import { expectThat } from '../demo-failure.js';
import { during, expectLegs, expectResult, sessionOf, type Step } from '../scene.js';

/** A login in two phases: from the phone to SAP 2 and back, twice. */
const fourWay = (phone: string): readonly string[] => [
  `${phone} ──► SAP 1 Login-Request`,
  'SAP 1 ──► SAP 2 UserLoginRequest',
  'SAP 1 ◄── SAP 2 UserLoginResponse',
  `${phone} ◄── SAP 1 Login-Response`,
  `${phone} ──► SAP 1 Login-Request`,
  'SAP 1 ──► SAP 2 UserLoginRequest',
  'SAP 1 ◄── SAP 2 UserLoginResponse',
  `${phone} ◄── SAP 1 Login-Response`,
];

export const login: Step = {
  title: 'Alice logs in, and her operator never learns her password',
  explanation:
    'Alice’s phone (phone-1) asks SAP 1 for a login, and SAP 1 asks SAP 2. SAP 2 answers 401 and a nonce: a number ' +
    'that serves once. The phone makes a digest over nonce and password. SAP 1 passes it on and keeps nothing of ' +
    'it. SAP 2 compares the digest and opens a user session. At the end the operator looks at what SAP 1 keeps.',
  shows: 'a four-way login through an operator that learns no password',

  async play(scene) {
    const { alicesPhone, operator, said, sap1Log, screen, secrets } = scene;
    const legs = await during(scene, async () => expectResult(await alicesPhone.logIn(), 200, 'the login'));
    expectLegs(legs, fourWay('phone-1'));
    const sessionID = sessionOf(alicesPhone);
    const kept = await operator.call('GET', `/sessions/${sessionID.slice(0, 8)}`, 200);
    screen.aside(`SAP 1 keeps: ${Object.keys(Object(kept)).join(', ')}`);
    expectThat(!said.some(({ xml }) => xml.includes(secrets.alice)), 'The password should be in no message.');
    const digest = /<DigestBytes>(.+)<\/DigestBytes>/.exec(legs[4]?.xml ?? '')?.[1];
    expectThat(digest !== undefined, 'The phone should send a digest.');
    const memory = JSON.stringify(kept) + sap1Log();
    expectThat(
      ![secrets.alice, digest].some((secret) => memory.includes(secret)),
      'SAP 1 should keep neither password nor digest.',
    );
  },
};

export const binaryLogin: Step = {
  title: 'Bob’s phone speaks binary XML',
  explanation:
    'Mobile networks were slow when IMPS began. So Bob’s phone (phone-2) sends the same messages as WBXML: one byte ' +
    'stands for a whole element name. SAP 1 reads both forms, and SAP 2 sees no difference. Below the login you see ' +
    'the first message and its answer once more: bytes on the left, meaning on the right.',
  shows: 'a login in binary XML, with the bytes beside their meaning',

  async play(scene) {
    const { bobsPhone, screen } = scene;
    const legs = await during(scene, async () => expectResult(await bobsPhone.logIn(), 200, 'the login'));
    expectLegs(legs, fourWay('phone-2'));
    const [request, , , challenge] = legs;
    for (const leg of [request, challenge]) {
      expectThat(leg?.binary?.[0] === WBXML_1_3, 'Phone and SAP 1 should speak WBXML 1.3.');
      screen.bytes(leg);
    }
  },
};

/** The first byte of a document. */
const WBXML_1_3 = 0x03;
