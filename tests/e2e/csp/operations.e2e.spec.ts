import { describe, expect, it } from '@jest/globals';
import { codeIn, type RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({
  stcp: { port: 0, reachableAs: 'stcp.operator.example:3171' },
  clientProfiles: [{ clientID: 'http://razr.example/', emptyGetList: true }],
});

async function loggedIn(): Promise<RawHandset> {
  const handset = world.newHandset();
  expect(await handset.login()).toBe(200);
  return handset;
}

const everything = [{ name: 'WVCSPFeat', children: [] }];

describe('the operations of a handset', () => {
  it('a keep-alive answers the time in force, and never less than 30 s', async () => {
    const handset = await loggedIn();
    const answer = await handset.say({ kind: 'KeepAlive-Request', timeToLive: 600 });
    expect(answer?.primitive).toMatchObject({
      kind: 'KeepAlive-Response',
      keepAliveTime: expect.any(Number),
    });
    const least = await handset.say({ kind: 'KeepAlive-Request', timeToLive: 1 });
    expect(
      least?.primitive.kind === 'KeepAlive-Response' && least.primitive.keepAliveTime,
    ).toBeGreaterThanOrEqual(30);
  });

  it('service negotiation always has AllFunctions', async () => {
    const handset = await loggedIn();
    const answer = await handset.say({
      kind: 'Service-Request',
      clientID: handset.clientID,
      functions: everything,
      allFunctionsRequest: false,
    });
    expect(answer?.primitive).toMatchObject({ kind: 'Service-Response', allFunctions: expect.any(Array) });
  });

  it('capabilities are answered within the bounds of the gateway', async () => {
    const handset = await loggedIn();
    const answer = await handset.say({
      kind: 'ClientCapability-Request',
      clientID: handset.clientID,
      capabilityList: [
        { name: 'ClientType', value: 'MOBILE_PHONE' },
        { name: 'ParserSize', value: '99999' },
        { name: 'MultiTrans', value: '5' },
        { name: 'SupportedCIRMethod', value: 'STCP' },
        { name: 'ServerPollMin', value: '2' },
      ],
    });
    const list =
      answer?.primitive.kind === 'ClientCapability-Response' && answer.primitive.agreedCapabilityList;
    expect(Object.fromEntries((list || []).map(({ name, value }) => [name, value]))).toEqual({
      ClientType: 'MOBILE_PHONE',
      InitialDeliveryMethod: 'P',
      MultiTrans: '1',
      ParserSize: '32767',
      SupportedBearer: 'HTTP',
      SupportedCIRMethod: 'STCP',
      TCPAddress: 'stcp.operator.example',
      TCPPort: '3171',
      ServerPollMin: '10',
    });
  });

  it('information about the provider needs no session', async () => {
    const handset = world.newHandset();
    const outside = await handset.say({ kind: 'GetSPInfo-Request', clientID: handset.clientID });
    expect(outside?.primitive).toMatchObject({ kind: 'GetSPInfo-Response', name: 'Example Messaging' });
    await handset.login();
    const inside = await handset.say({ kind: 'GetSPInfo-Request', clientID: undefined });
    expect(inside?.primitive).toMatchObject({ kind: 'GetSPInfo-Response', name: 'Example Messaging' });
  });

  it('other primitives get 506, and 604 if they name a session that does not exist', async () => {
    const handset = await loggedIn();
    const presence = { kind: 'other', name: 'GetPresence-Request' } as const;
    expect(codeIn(await handset.say(presence))).toBe(506);
    expect(codeIn(await world.newHandset().say(presence, undefined))).toBe(506);
    expect(codeIn(await handset.say(presence, '00unknown'))).toBe(604);
    expect(await world.newHandset().keepAlive()).toBe(604);
  });

  it('GetList-Request gets an empty list for a client profile that needs it', async () => {
    const list = { kind: 'other', name: 'GetList-Request' } as const;
    const handset = world.newHandset({ client: 'http://razr.example/1' });
    await handset.login();
    expect(await handset.say(list)).toMatchObject({ primitive: { kind: 'other', name: 'GetList-Response' } });
    expect(codeIn(await (await loggedIn()).say(list))).toBe(506);
  });

  it('a poll with nothing to deliver, and an acknowledgement, get an empty answer', async () => {
    const handset = await loggedIn();
    const poll = await handset.post(handset.request({ kind: 'Polling-Request' }));
    expect([poll.httpStatus, poll.headers['content-length'], poll.bytes.length]).toEqual([200, '0', 0]);
    const result = { code: 200, description: undefined, tryAgainTimeoutS: undefined };
    expect(await handset.say({ kind: 'Status', result })).toBeUndefined();
  });

  it('in 1.1 a logout is answered with Disconnect', async () => {
    const handset = world.newHandset({ version: '1.1' });
    await handset.login();
    const bytes = handset.request({ kind: 'Logout-Request' });
    const answer = handset.read(await handset.post(bytes));
    expect([answer?.primitive.kind, answer?.mode, codeIn(answer)]).toEqual(['Disconnect', 'Response', 200]);
    expect(handset.read(await handset.post(bytes))).toEqual(answer);
  });

  it('the admin port shows health, counts, one session and the metrics, and no secrets', async () => {
    const handset = await loggedIn();
    const get = async (path: string) => (await fetch(`${world.adminUrl}${path}`)).text();
    expect(await get('/health/live')).toContain('ok');
    expect(JSON.parse(await get('/health/ready'))).toEqual({
      status: 'ok',
      providers: { 'wv:@provider.example': 'up' },
    });
    expect(JSON.parse(await get('/sessions'))).toMatchObject({ live: expect.any(Number), ended: 0 });
    const session = await get(`/sessions/${handset.sessionID?.slice(0, 12)}`);
    expect(JSON.parse(session)).toMatchObject({ userID: handset.userID, version: '1.2', end: null });
    expect(session).not.toContain(handset.sessionID);
    expect(session).not.toContain('cookie-of-handset');
    expect(await get('/metrics')).toMatch(/^sap1_csp_requests_total\{.*primitive="Login-Request".*\} \d+$/mu);
    expect(await get('/metrics')).toMatch(/^sap1_provider_up\{peer="wv:@provider.example"\} 1$/mu);
  });
});
