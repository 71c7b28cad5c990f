import { describe, expect, it } from '@jest/globals';
import { decodeSsp, encodeSsp } from '@sap2/ssp-wire';
import {
  anAgreement,
  FakeOutgoingSetups,
  FakePeerTransport,
  FakeSspSessions,
  httpAnswer,
  ManualClock,
  OWN_SERVICE,
  PEER_SERVICE,
  SeededRandomness,
  SetUpWorld,
  SHARED_SECRET,
} from '@sap2/test-support';
import { DEFAULT_SET_UP_LIMITS } from './set-up-limits.js';
import { SetUpProbe } from './set-up-probe.js';

const notCalledBack = () => Promise.reject(new Error('not in callback mode'));

/** SAP 2 probes a peer that answers in line; each message takes it 7 ms. */
function probeOf(peer: SetUpWorld): SetUpProbe {
  const clock = new ManualClock();
  const transport = new FakePeerTransport(async ({ text }) => {
    clock.advance(7);
    const message = decodeSsp(Buffer.from(text));
    if (!message.ok || message.value.kind !== 'setup') return httpAnswer(200);
    return httpAnswer(200, encodeSsp(await peer.answer(message.value)));
  });
  const ports = {
    sspSessions: new FakeSspSessions(clock),
    outgoingSetups: new FakeOutgoingSetups(clock),
    transport,
    randomness: new SeededRandomness(3),
    clock,
    pause: () => Promise.resolve(),
    callbacks: { begin: notCalledBack, open: notCalledBack },
  };
  return new SetUpProbe({ ...ports, limits: DEFAULT_SET_UP_LIMITS });
}

describe('a probe of a peer that answers in line', () => {
  it('F13: names each message by its place, also when the newest secret is not known there yet', async () => {
    const peer = new SetUpWorld(anAgreement({ peer: OWN_SERVICE, ownServiceID: PEER_SERVICE }));
    const rotating = anAgreement({ signingSecrets: ['not known there yet', SHARED_SECRET] });
    const { outcome, steps } = await probeOf(peer).probe(rotating, 9_000);
    expect(outcome).toBe('opened');
    expect(steps.map(({ step }) => step)).toEqual([
      'message 1',
      'message 3',
      'message 1',
      'message 3',
      'message 5',
      'logout',
    ]);
    expect(steps.map(({ durationMs }) => durationMs)).toEqual(steps.map(() => 7));
  });
});
