import { expectThat } from '../demo-failure.js';
import { during, expectLegs, expectResult, isOf, sessionOf, type Step } from '../scene.js';

export const keepAlive: Step = {
  title: 'Alice is still there',
  explanation:
    'A phone can disappear without a message. So it regularly sends a keep-alive, and a session without one ends. ' +
    'The phone asks for a keep-alive time of 120 s. SAP 2 decides, and SAP 1 passes its answer on.',
  shows: 'a session is kept alive from the phone to the provider',

  async play(scene) {
    const { alicesPhone } = scene;
    const legs = await during(scene, async () =>
      expectResult(await alicesPhone.keepAlive(), 200, 'the keep-alive'),
    );
    expectLegs(legs, [
      'phone-1 ──► SAP 1 KeepAlive-Request',
      'SAP 1 ──► SAP 2 UserKeepAliveRequest',
      'SAP 1 ◄── SAP 2 UserKeepAliveResponse',
      'phone-1 ◄── SAP 1 KeepAlive-Response',
    ]);
    // SAP 2 may grant a little less than requested, so that a million sessions do not all return at once.
    const { keepAliveTimeS } = alicesPhone;
    expectThat(
      keepAliveTimeS > 100 && keepAliveTimeS <= 120,
      `About 120 s should be granted, and ${keepAliveTimeS} s are.`,
    );
  },
};

export const batch: Step = {
  title: 'Many keep-alives become one message',
  explanation:
    'An operator has a million phones, and most of their messages are keep-alives. SAP 1 collects what arrives within ' +
    'a moment. SAP 2 gets it as one batch of up to a thousand sessions. Here both phones send at the same time. Each ' +
    'gets its own answer.',
  shows: 'two keep-alives of two phones, and one message to SAP 2',

  async play(scene) {
    const { alicesPhone, bobsPhone } = scene;
    const legs = await during(scene, async () => {
      const answers = await Promise.all([alicesPhone.keepAlive(), bobsPhone.keepAlive()]);
      for (const answer of answers) expectResult(answer, 200, 'each keep-alive');
    });
    const batches = legs.filter((one) => isOf(one, 'SAP 1 ──► SAP 2', 'UserKeepAliveRequest'));
    expectThat(batches.length === 1, `SAP 1 should send one message, and sends ${batches.length}.`);
    expectThat(
      [alicesPhone, bobsPhone].every((phone) => batches[0]?.xml.includes(sessionOf(phone)) === true),
      'The message should name both sessions.',
    );
  },
};
