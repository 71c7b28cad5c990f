import { Agent, request } from 'node:http';
import { readAll } from '../../../tests/support/peers/raw-http.js';
import type { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { proofElement, type RawSetUp, setUpMessage } from '../../../tests/support/peers/raw-set-up.js';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, spreadOf, timed } from './figures.js';

/** Each has an address and one connection of its own. */
const STRANGERS = 64;
const BASELINE_SET_UPS = 200;
/** As long as a digest of SHA-256. */
const A_GUESS = Buffer.alloc(32, 1).toString('base64');

/** A sender who has seen the transactionID of a set-up but does not know the secret. */
class Stranger {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    number: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: `127.0.1.${number + 1}` });
  }

  /** @returns the HTTP status, and the code of the `Status` if there is one */
  say(transactionID: string, primitive: string): Promise<string> {
    const body = setUpMessage('http://www.openmobilealliance.org/DTD/WV-SSP1.3', transactionID, primitive);
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/vnd.wv.ssp+xml' };
      const sent = request(this.url, { method: 'POST', agent: this.agent, headers }, (answer) => {
        readAll(answer).then((text) => {
          const code = /<Status code="(\d+)"/u.exec(text)?.[1] ?? 'none';
          resolve(`HTTP ${answer.statusCode ?? 0}, Status ${code}`);
        }, reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

const triesAgainst = (serviceID: string): readonly string[] => [
  `<SendSecretToken serviceID="${serviceID}" protocol="WV-SSP" protocolVersion="1.3"><SecretToken>${'a'.repeat(32)}</SecretToken></SendSecretToken>`,
  `<LoginRequest serviceID="${serviceID}" timeToLive="86400">${proofElement(A_GUESS)}</LoginRequest>`,
  `<LoginResponse sessionID="${'s'.repeat(32)}@steady.example" timeToLive="86400"><Status code="200"/>${proofElement(A_GUESS)}</LoginResponse>`,
];

/** All strangers send, each one message after the other, until so many messages were answered. */
async function flood(
  url: string,
  transactionID: () => string,
  tries: number,
): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  const messages = triesAgainst(STEADY.serviceID);
  let begun = 0;
  await Promise.all(
    Array.from({ length: STRANGERS }, async (_, number) => {
      const stranger = new Stranger(url, number);
      while (begun < tries) {
        const message = messages[begun++ % messages.length] ?? '';
        const answer = await stranger.say(transactionID(), message);
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }
      stranger.close();
    }),
  );
  return seen;
}

/** The three messages of a peer. @returns what broke it, or undefined */
async function finish(sap1: RawSap1, setUp: RawSetUp): Promise<string | undefined> {
  try {
    await setUp.hello();
    if (!setUp.isProofOfTheirs(await setUp.prove())) return 'no proof of SAP 2 in message 4';
    const sixth = await setUp.announce(sap1.newSessionID());
    return sixth.code === 200 && setUp.isSessionProofOfTheirs(sixth) ? undefined : sixth.body;
  } catch (error) {
    return String(error);
  }
}

/** `npm run bench -- strangers [tries]`: strangers meddle with each set-up of a peer; who gets in, and what breaks. */
async function benchStrangers(tries: number): Promise<void> {
  const world = await BenchWorld.start();
  try {
    const sap1 = await world.sap1(STEADY);
    const broken: string[] = [];
    const setUpOnce = async (begins: (setUp: RawSetUp) => void): Promise<void> => {
      const setUp = sap1.setUp();
      begins(setUp);
      const trouble = await finish(sap1, setUp);
      if (trouble !== undefined) broken.push(trouble);
    };
    const before = await timed(BASELINE_SET_UPS, () => setUpOnce(() => undefined));
    say(`set-ups of the peer before: ${inWords(spreadOf(before))}, broken ${broken.length}`);

    const since = nowMs();
    const state = { isOver: false, transactionID: 'none-yet' };
    const flooding = flood(sap1.url, () => state.transactionID, tries).finally(() => (state.isOver = true));
    const during: number[] = [];
    while (!state.isOver) {
      during.push(
        ...(await timed(1, () => setUpOnce(({ transactionID }) => (state.transactionID = transactionID)))),
      );
    }
    const seen = await flooding;
    const inAll = seen.get('HTTP 200, Status 200') ?? 0;
    say(`${tries} messages of ${STRANGERS} strangers in ${inSeconds(nowMs() - since)}: ${inAll} got in`);
    for (const [answer, count] of seen) say(`  ${answer}: ${count}`);
    say(`set-ups of the peer meanwhile: ${inWords(spreadOf(during))}, broken ${broken.length}`);
    for (const [trouble, count] of countsOf(broken)) say(`  ${count} times: ${trouble}`);
  } finally {
    await world.stop();
  }
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

await benchStrangers(Number(process.argv[2] ?? 100_000));
