import { describe, expect, it } from '@jest/globals';
import { decodeSsp, encodeSsp, type SetupMessage, type SetupPrimitive } from '@sap2/ssp-wire';
import {
  anAgreement,
  FakePeerTransport,
  FakeSspSessions,
  httpAnswer,
  ManualClock,
  OWN_SERVICE,
  PEER_SERVICE,
  refusal,
  SeededRandomness,
  SetUpWorld,
  SHARED_SECRET,
  SESSION_TERMS,
} from '@sap2/test-support';
import { hmacSha256Digest, md5Digest } from './password-digest.js';
import type { Agreement } from './ports/agreements.port.js';
import type { TransportOutcome } from './ports/peer-transport.port.js';
import { SetUpInitiator } from './set-up-initiator.js';
import { DEFAULT_SET_UP_LIMITS } from './set-up-limits.js';

/** The agreement as the peer has it: the same, seen from the other side. */
const theirAgreement = anAgreement({ peer: OWN_SERVICE, ownServiceID: PEER_SERVICE });

/** For agreements about inline mode, which all of these are. */
const INLINE_ONLY = { open: () => Promise.reject(new Error('not in callback mode')) };

type Tamper = (answer: SetupMessage, request: SetupMessage) => SetupMessage | TransportOutcome;

/** SAP 2 on one end, a peer on the other. Between them an attacker may change the peer's messages. */
class Line {
  readonly peer = new SetUpWorld(theirAgreement);
  readonly sspSessions = new FakeSspSessions(new ManualClock());
  readonly transport = new FakePeerTransport(async ({ text }) => {
    const message = decodeSsp(Buffer.from(text));
    if (!message.ok || message.value.kind !== 'setup') throw new Error(`not a set-up message: ${text}`);
    const answer = this.tamper(await this.peer.answer(message.value), message.value);
    return 'primitive' in answer ? httpAnswer(200, encodeSsp(answer)) : answer;
  });

  constructor(private readonly tamper: Tamper = (answer) => answer) {}

  initiator(): SetUpInitiator {
    const { sspSessions, transport } = this;
    const randomness = new SeededRandomness(3);
    const limits = DEFAULT_SET_UP_LIMITS;
    return new SetUpInitiator({ sspSessions, transport, randomness, callbacks: INLINE_ONLY, limits });
  }

  open(agreement: Agreement = anAgreement()) {
    const initiator = this.initiator();
    return initiator.open(agreement, 9_000);
  }
}

const inAnswerTo =
  (kind: SetupPrimitive['kind'], change: (answer: SetupMessage) => ReturnType<Tamper>): Tamper =>
  (answer, request) =>
    request.primitive.kind === kind ? change(answer) : answer;

const saying =
  (primitive: object) =>
  (answer: SetupMessage): SetupMessage => ({
    ...answer,
    primitive: { ...answer.primitive, ...primitive },
  });

describe('a set-up that SAP 2 begins (ssp-binding §3)', () => {
  it('brings up an SSP session that both sides know, within the deadline', async () => {
    const line = new Line();
    const opened = await line.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(opened.value).toMatchObject({ peer: PEER_SERVICE, timeToLiveS: 86_400 });
    expect(opened.value.ourID).toMatch(/^[0-9a-f]{32}@provider\.example$/);
    expect(await line.sspSessions.latestOf(PEER_SERVICE)).toEqual(opened.value);
    expect(await line.peer.sspSessions.latestOf(OWN_SERVICE)).toMatchObject({
      theirID: opened.value.ourID,
      ourID: opened.value.theirID,
    });
    expect(line.transport.posted.map(({ url, deadlineMs }) => [url, deadlineMs])).toEqual(
      Array.from({ length: 3 }, () => ['http://sap1.operator.example/ssp', 3_000]),
    );
    expect(line.transport.posted[0]?.text).toContain('"http://www.openmobilealliance.org/DTD/WV-SSP1.3"');
  });

  it('takes a peer that spells its name in another case, and the life that it announces', async () => {
    const line = new Line();
    line.peer.agreements.put({ ...theirAgreement, ownServiceID: 'wv:@Operator.Example' });
    expect(await line.open()).toMatchObject({ ok: true, value: { peer: PEER_SERVICE } });
    const brief = await new Line(inAnswerTo('LoginResponse', saying({ timeToLive: 120 }))).open();
    expect(brief).toMatchObject({ ok: true, value: { timeToLiveS: 120 } });
  });

  it('F13: falls back to the secret before the newest while the peer does not know that one, within the deadline', async () => {
    const line = new Line();
    const opened = await line.open(anAgreement({ signingSecrets: ['not known there yet', SHARED_SECRET] }));
    expect(opened).toMatchObject({ ok: true, value: { peer: PEER_SERVICE } });
    expect(line.transport.posted.map(({ deadlineMs }) => deadlineMs)).toEqual(
      Array.from({ length: 5 }, () => 1_500),
    );
  });

  it('never uses a transactionID or a token twice', async () => {
    const line = new Line();
    const initiator = line.initiator();
    await initiator.open(anAgreement(), 9_000);
    await initiator.open(anAgreement(), 9_000);
    const ids = line.transport.posted.map(({ text }) => /transactionID="([^"]+)"/.exec(text)?.[1]);
    const tokens = line.transport.posted.flatMap(({ text }) => /<SecretToken>([^<]+)</.exec(text)?.[1] ?? []);
    expect(new Set(ids).size).toBe(2);
    expect(new Set(tokens).size).toBe(2);
  });
});

describe('a set-up is not even begun', () => {
  it.each([
    ['no-callback-url', { callbackUrl: undefined }],
    ['no-shared-secret', { signingSecrets: [] }],
    ['no-shared-secret', { digestSchemas: ['MD5'] }],
  ] as const)('for %s', async (reason, particulars) => {
    const line = new Line();
    expect(await line.open(anAgreement(particulars))).toMatchObject({ ok: false, error: { reason } });
    expect(line.transport.posted).toEqual([]);
  });
});

describe('a set-up fails', () => {
  it.each<[string, Tamper]>([
    ['unreachable', () => ({ kind: 'failure', detail: 'ECONNREFUSED' })],
    ['http-error', () => httpAnswer(503)],
    ['http-error', () => httpAnswer(307)],
    ['not-understood', () => httpAnswer(200)],
    ['not-understood', () => httpAnswer(200, '<html><body>Welcome to the hotel</body></html>')],
    ['not-understood', (_answer, request) => request],
    ['not-understood', (answer) => ({ ...answer, transactionID: 'another' })],
    ['not-understood', (answer, request) => ({ ...answer, primitive: request.primitive, mode: 'Request' })],
    ['refused', inAnswerTo('SendSecretToken', (answer) => ({ ...answer, primitive: refusal(403) }))],
    ['refused', inAnswerTo('LoginRequest', (answer) => ({ ...answer, primitive: refusal(403) }))],
    ['our-secret-refused', inAnswerTo('LoginRequest', (answer) => ({ ...answer, primitive: refusal(409) }))],
    ['refused', inAnswerTo('LoginResponse', (answer) => ({ ...answer, primitive: refusal(503) }))],
    ['another-peer', inAnswerTo('SendSecretToken', saying({ serviceID: 'wv:@other.example' }))],
    ['wrong-digest', inAnswerTo('LoginRequest', saying({ serviceID: 'wv:@other.example' }))],
    ['not-understood', inAnswerTo('LoginResponse', saying({ sessionID: 'x'.repeat(129) }))],
    ['not-understood', inAnswerTo('LoginResponse', saying({ sessionID: undefined }))],
  ])('as %s', async (reason, tamper) => {
    const line = new Line(tamper);
    expect(await line.open()).toMatchObject({ ok: false, error: { reason } });
    expect(await line.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
  });

  it('as wrong-digest when the peer has another secret', async () => {
    const line = new Line(
      inAnswerTo(
        'LoginRequest',
        withDigestOf((token) => digest('guess', token)),
      ),
    );
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'wrong-digest' } });
  });

  it('as wrong-digest when our own digest is thrown back at us', async () => {
    const reflect: Tamper = (answer, { primitive }) =>
      primitive.kind === 'LoginRequest'
        ? { ...answer, primitive: { ...primitive, serviceID: PEER_SERVICE } }
        : answer;
    expect(await new Line(reflect).open()).toMatchObject({ ok: false, error: { reason: 'wrong-digest' } });
  });

  it('as wrong-digest when the peer goes down to MD5', async () => {
    for (const digestSchema of [undefined, 'MD5']) {
      const line = new Line(inAnswerTo('LoginRequest', withDigestOf(md5Digest, digestSchema)));
      const agreement = anAgreement({ digestSchemas: ['HMAC-SHA-256', 'MD5'] });
      expect(await line.open(agreement)).toMatchObject({ ok: false, error: { reason: 'wrong-digest' } });
    }
  });

  it('when the announced id belongs to another peer', async () => {
    const first = await new Line().open();
    if (!first.ok) throw new Error(first.error.detail);
    const again = new Line();
    // The same randomness gives the same id again.
    await again.sspSessions.add({ ...first.value, peer: 'wv:@other.example' }, SESSION_TERMS);
    expect(await again.open()).toMatchObject({ ok: false, error: { reason: 'session-id-taken' } });
  });
});

const digest = (secret: string, receiverToken: string): string =>
  hmacSha256Digest(secret, { receiverToken, sender: PEER_SERVICE, receiver: OWN_SERVICE });

/** Message 4 with a digest over our token, which SeededRandomness(3) makes the same in every run. */
function withDigestOf(make: (ourToken: string) => string, digestSchema: string | undefined = 'HMAC-SHA-256') {
  const randomness = new SeededRandomness(3);
  randomness.bytes(16);
  const ourToken = Buffer.from(randomness.bytes(24)).toString('hex');
  return saying({ passwordDigest: { digestSchema, value: make(ourToken) } });
}

it('would take the digest of the tests above under the right secret', async () => {
  const line = new Line(
    inAnswerTo(
      'LoginRequest',
      withDigestOf((token) => digest(SHARED_SECRET, token)),
    ),
  );
  expect(await line.open()).toMatchObject({ ok: true });
});
