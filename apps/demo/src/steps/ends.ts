import { DEFAULT_KEEP_ALIVE_S } from '../cast.js';
import { expectThat } from '../demo-failure.js';
import { during, expectLegs, expectResult, sessionOf, type Step, untilSaid } from '../scene.js';

export const administratorsEnd: Step = {
  title: 'An administrator ends Bob’s session, and his phone learns it at once',
  explanation:
    'This time SAP 2 begins. Bob’s phone has a poll open: a question that SAP 1 answers as soon as there is news. ' +
    'The provider’s administrator ends Bob’s session by REST. SAP 2 notifies SAP 1, and repeats this until SAP 1 ' +
    'confirms it. SAP 1 answers the poll with the end of the session: 601, forced logout.',
  shows: 'an end that the provider decides arrives at the phone',

  async play(scene) {
    const { administrator, alicesPhone, bobsPhone } = scene;
    const bobs = sessionOf(bobsPhone);
    const legs = await during(scene, async () => {
      const [heard] = await Promise.all([bobsPhone.poll(), administrator.endSession(bobs)]);
      expectThat(
        heard?.kind === 'Disconnect',
        `The poll should bring a Disconnect, and brings ${heard?.kind}.`,
      );
      expectResult(heard, 601, 'the poll');
    });
    expectLegs(legs, [
      'phone-2 ──► SAP 1 Polling-Request',
      'SAP 1 ◄── SAP 2 UserDisconnectRequest',
      'SAP 1 ──► SAP 2 Status',
      'phone-2 ◄── SAP 1 Disconnect',
    ]);
    const live = await administrator.sessions();
    expectThat(
      live.length === 1 && live[0] === sessionOf(alicesPhone),
      `Only Alice should have a session, and ${live.length} sessions live.`,
    );
  },
};

export const expiry: Step = {
  title: 'Carol’s phone falls silent',
  explanation:
    'Carol’s phone (phone-3) asks for no keep-alive time, so SAP 2 grants its default: here only three seconds. ' +
    'SAP 1 never names less than 30 s to a phone. While a phone is active, SAP 1 renews its session itself. Now this ' +
    'phone is silent, and the clock of SAP 2 decides. SAP 2 ends the session and notifies SAP 1. The next message of ' +
    'the phone gets 600: expired. Poll=T asks the phone to poll for more.',
  shows: 'a silent session expires, and the phone learns it at its next message',

  async play(scene) {
    const { carolsPhone, said, screen } = scene;
    const login = await during(scene, async () => expectResult(await carolsPhone.logIn(), 200, 'the login'));
    const { keepAliveTimeS } = carolsPhone;
    expectThat(keepAliveTimeS === 30, `The phone should hear 30 s, and hears ${keepAliveTimeS} s.`);
    const granted = `keepAliveTime=${DEFAULT_KEEP_ALIVE_S}`;
    expectThat(
      login.some(({ sayings }) => sayings.some(({ details }) => details.includes(granted))),
      `SAP 2 should grant ${DEFAULT_KEEP_ALIVE_S} s.`,
    );
    screen.aside('… a few seconds of silence …');
    const silence = said.length;
    await untilSaid(scene, 'SAP 1 ──► SAP 2', 'Status', silence);
    expectResult(await carolsPhone.keepAlive(), 600, 'a keep-alive that comes too late');
    expectLegs(said.slice(silence), [
      'SAP 1 ◄── SAP 2 UserDisconnectRequest',
      'SAP 1 ──► SAP 2 Status',
      'phone-3 ──► SAP 1 KeepAlive-Request',
      'phone-3 ◄── SAP 1 Status',
    ]);
  },
};

export const logout: Step = {
  title: 'Alice logs out',
  explanation:
    'This is the end that every user wants. SAP 2 notifies no server, because SAP 1 asked for it. A keep-alive afterwards ' +
    'gets 604: no such session. Then SAP 1 stops, and says goodbye to SAP 2.',
  shows: 'a logout, after which the session is unknown',

  async play(scene) {
    const { administrator, alicesPhone, stopSap1 } = scene;
    const legs = await during(scene, async () => expectResult(await alicesPhone.logOut(), 200, 'the logout'));
    expectLegs(legs, [
      'phone-1 ──► SAP 1 Logout-Request',
      'SAP 1 ──► SAP 2 UserLogoutRequest',
      'SAP 1 ◄── SAP 2 Status',
      'phone-1 ◄── SAP 1 Status',
    ]);
    expectResult(await alicesPhone.keepAlive(), 604, 'a keep-alive after the logout');
    const live = await administrator.sessions();
    expectThat(live.length === 0, `No session should be left, and ${live.length} are.`);
    await stopSap1();
  },
};
