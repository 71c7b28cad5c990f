import { describe, expect, it } from '@jest/globals';
import { GatewayUnderTest, KEEP_ALIVE, POLL } from '../../../../../tests/support/fakes/gateway-under-test.js';
import { statusOf } from '../../requests.js';

const MINUTE = 60_000;

describe('keep-alives', () => {
  it('of one window share a batch, and each handset gets its own result', async () => {
    const gateway = new GatewayUnderTest();
    const [alice, bob, carol] = [
      await gateway.login('alice'),
      await gateway.login('bob'),
      await gateway.login('carol'),
    ] as const;
    gateway.link.react = () => ({
      kind: 'UserKeepAliveResponse',
      status: {
        ...statusOf(201),
        detailedResults: [{ code: 600, description: undefined, userSessionIDs: [bob] }],
      },
      keepAliveTime: 100,
      exceptions: [{ userSessionID: carol, keepAliveTime: 70 }],
    });
    const answers = [alice, bob, carol].map((id) => gateway.say(KEEP_ALIVE, id));
    await gateway.time.pass(50);
    const shown = (await Promise.all(answers)).map((answer) => answer?.primitive);
    expect(shown).toMatchObject([
      { kind: 'KeepAlive-Response', result: { code: 200 }, keepAliveTime: 100 },
      { kind: 'Status', result: { code: 600 } },
      { kind: 'KeepAlive-Response', result: { code: 200 }, keepAliveTime: 70 },
    ]);
    const forms = gateway.link.ofKind('UserKeepAliveRequest').map(({ primitive }) => primitive.form);
    expect(forms).toMatchObject([{ type: 'batch', entries: [{}, {}, {}] }]);
  });

  it('a single one goes as single, with its user', async () => {
    const gateway = new GatewayUnderTest();
    const id = await gateway.login();
    const answer = gateway.say({ kind: 'KeepAlive-Request', timeToLive: 5 }, id);
    await gateway.time.pass(50);
    await answer;
    const [asked] = gateway.link.ofKind('UserKeepAliveRequest');
    expect(asked?.primitive).toMatchObject({
      metaInfo: { requestor: { user: { userID: 'wv:alice@provider.example' } } },
      form: { type: 'single', userSessionID: id, timeToLive: 30 },
    });
  });

  it('of more than 1000 sessions go as batches of 1000, the first at once', async () => {
    const gateway = new GatewayUnderTest();
    const ids: string[] = [];
    for (let i = 0; i < 1001; i++) ids.push(await gateway.login(`user${i}`));
    const answers = ids.map((id) => gateway.say(KEEP_ALIVE, id));
    await gateway.time.pass(0);
    const sizes = () =>
      gateway.link
        .ofKind('UserKeepAliveRequest')
        .map(({ primitive: { form } }) => (form.type === 'single' ? 1 : form.entries.length));
    expect(sizes()).toEqual([1000]);
    await gateway.time.pass(50);
    await Promise.all(answers);
    expect(sizes()).toEqual([1000, 1]);
  });

  it('sessions that live by polls alone are renewed at half of their time, in one batch', async () => {
    const gateway = new GatewayUnderTest({ front: { longPollS: 0 } });
    const ids = [await gateway.login('alice'), await gateway.login('bob')];
    await gateway.login('carol');
    await gateway.time.pass(20_000);
    for (const id of ids) await gateway.say(POLL, id);
    await gateway.time.pass(20_000);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toEqual([]);
    await gateway.time.pass(11_000);
    const forms = gateway.link.ofKind('UserKeepAliveRequest').map(({ primitive }) => primitive.form);
    expect(forms).toEqual([
      { type: 'batch', entries: ids.map((userSessionID) => ({ userSessionID, timeToLive: undefined })) },
    ]);
    await gateway.time.pass(MINUTE);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toHaveLength(1);
  });

  it('a poll after half of the time renews at once', async () => {
    const gateway = new GatewayUnderTest({ front: { longPollS: 0 } });
    const id = await gateway.login();
    await gateway.time.pass(70_000);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toEqual([]);
    await gateway.say(POLL, id);
    await gateway.time.pass(50);
    expect(gateway.link.ofKind('UserKeepAliveRequest')).toHaveLength(1);
  });
});
