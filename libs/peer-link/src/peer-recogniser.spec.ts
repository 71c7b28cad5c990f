import { describe, expect, it } from '@jest/globals';
import {
  anAgreement,
  FakeAgreements,
  FakeSspSessions,
  ManualClock,
  PEER_SERVICE,
  SESSION_TERMS,
} from '@sap2/test-support';
import type { Arrival } from './arrival.js';
import { PeerRecogniser } from './peer-recogniser.js';
import { endSspSession, keepSspSession } from './sap-level.js';

const SESSION = { peer: PEER_SERVICE, theirID: 'abc@operator.example', ourID: 'def@ours', timeToLiveS: 60 };

const PLAIN: Arrival = { secure: false, address: '192.0.2.1', certificate: undefined };

async function world() {
  const clock = new ManualClock();
  const sspSessions = new FakeSspSessions(clock);
  await sspSessions.add(SESSION, SESSION_TERMS);
  const agreements = new FakeAgreements(anAgreement());
  return { clock, sspSessions, agreements, recogniser: new PeerRecogniser(sspSessions, agreements) };
}

describe('who speaks', () => {
  it('is recognised by the id that the peer announced, never by ours', async () => {
    const { recogniser } = await world();
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toEqual({
      kind: 'recognised',
      session: SESSION,
      agreement: anAgreement(),
    });
    expect(await recogniser.recognise(SESSION.ourID, PLAIN, 'requests')).toEqual({ kind: 'unknown' });
    expect(await recogniser.recognise('', PLAIN, 'requests')).toEqual({ kind: 'unknown' });
  });

  it('is unknown once the SSP session expired; every message prolongs it', async () => {
    const { recogniser, clock } = await world();
    clock.advance(50_000);
    await recogniser.recognise(SESSION.theirID, PLAIN, 'requests');
    clock.advance(50_000);
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toMatchObject({
      kind: 'recognised',
    });
    clock.advance(60_000);
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toEqual({ kind: 'unknown' });
  });

  it('is unknown while no agreement is in force', async () => {
    const { recogniser, agreements } = await world();
    agreements.disable(PEER_SERVICE);
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toEqual({ kind: 'unknown' });
  });
});

describe('a message that came another way than the agreement says', () => {
  it('is not the peer’s, and does not prolong its SSP session', async () => {
    const { recogniser, agreements, clock } = await world();
    clock.advance(50_000);
    agreements.put(anAgreement({ requiredTransport: 'https' }));
    const misfit = { kind: 'misfit', peer: PEER_SERVICE, fault: 'plain-http' };
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toEqual(misfit);
    clock.advance(15_000);
    expect(await recogniser.recognise(SESSION.theirID, { ...PLAIN, secure: true }, 'requests')).toEqual({
      kind: 'unknown',
    });
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
    expect(await recogniser.recognise(SESSION.theirID, PLAIN, 'requests')).toEqual({ kind: 'unknown' });
  });
});
