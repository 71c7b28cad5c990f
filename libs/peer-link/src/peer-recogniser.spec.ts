import { describe, expect, it } from '@jest/globals';
import { anAgreement, FakeAgreements, FakeSspSessions, ManualClock, PEER_SERVICE } from '@sap2/testkit';
import { PeerRecogniser } from './peer-recogniser.js';
import { endSspSession, keepSspSession } from './sap-level.js';

const SESSION = { peer: PEER_SERVICE, theirID: 'abc@operator.example', ourID: 'def@ours', timeToLiveS: 60 };

async function world() {
  const clock = new ManualClock();
  const sspSessions = new FakeSspSessions(clock);
  await sspSessions.add(SESSION, 64);
  const agreements = new FakeAgreements(anAgreement());
  return { clock, sspSessions, agreements, recogniser: new PeerRecogniser(sspSessions, agreements) };
}

describe('who speaks', () => {
  it('is told by the id that the peer announced, never by ours', async () => {
    const { recogniser } = await world();
    expect(await recogniser.recognise(SESSION.theirID)).toEqual({
      session: SESSION,
      agreement: anAgreement(),
    });
    expect(await recogniser.recognise(SESSION.ourID)).toBeUndefined();
    expect(await recogniser.recognise('')).toBeUndefined();
  });

  it('is nobody once the SSP session expired; every message prolongs it', async () => {
    const { recogniser, clock } = await world();
    clock.advance(50_000);
    await recogniser.recognise(SESSION.theirID);
    clock.advance(50_000);
    expect(await recogniser.recognise(SESSION.theirID)).toBeDefined();
    clock.advance(60_000);
    expect(await recogniser.recognise(SESSION.theirID)).toBeUndefined();
  });

  it('is nobody while there is no agreement in force', async () => {
    const { recogniser, agreements } = await world();
    agreements.disable(PEER_SERVICE);
    expect(await recogniser.recognise(SESSION.theirID)).toBeUndefined();
  });
});

describe('SAP-level requests (ssp-binding §3)', () => {
  it('keep alive: the life in force', () => {
    expect(keepSspSession(SESSION)).toMatchObject({
      kind: 'KeepAliveResponse',
      timeToLive: 60,
      status: { code: 200 },
    });
  });

  it('logout: 200, and the SSP session is gone', async () => {
    const { recogniser, sspSessions } = await world();
    expect(await endSspSession(SESSION, sspSessions)).toMatchObject({
      kind: 'Status',
      status: { code: 200 },
    });
    expect(await recogniser.recognise(SESSION.theirID)).toBeUndefined();
  });
});
