import { describe, expect, it } from '@jest/globals';
import type { SetupMessage, SetupPrimitive } from '@sap2/ssp-wire';
import {
  anAgreement,
  CallbackLine,
  httpAnswer,
  OWN_SERVICE,
  PEER_SERVICE,
  refusal,
  SHARED_SECRET,
  type TamperWithAnswer,
  SESSION_TERMS,
} from '@sap2/test-support';
import { hmacSha256Digest } from './password-digest.js';

const FIELD = anAgreement({
  answerMode: 'callback',
  digestSchemas: ['MD5'],
  acceptedSecrets: [],
  signingSecrets: [],
});

const inAnswerTo =
  (
    kind: SetupPrimitive['kind'],
    change: (answer: SetupMessage, request: SetupMessage) => SetupMessage | undefined,
  ): TamperWithAnswer =>
  (answer, request) =>
    request.primitive.kind === kind ? change(answer, request) : answer;

const saying =
  (primitive: object) =>
  (answer: SetupMessage): SetupMessage => ({
    ...answer,
    primitive: { ...answer.primitive, ...primitive },
  });

const kinds = ({ transport }: CallbackLine): (string | undefined)[] =>
  transport.posted.map(({ text }) => /<(SendSecretToken|LoginRequest|LoginResponse)/.exec(text)?.[1]);

describe('a set-up that SAP 2 begins with a peer in callback mode (ssp-binding §3)', () => {
  it.each([
    ['HMAC', anAgreement({ answerMode: 'callback' }), 'digestSchema="HMAC-SHA-256"'],
    ['MD5, without a secret', FIELD, '<PasswordDigest encoding="base64">'],
    [
      'MD5 where both are allowed',
      anAgreement({ answerMode: 'callback', digestSchemas: ['HMAC-SHA-256', 'MD5'] }),
      '<PasswordDigest encoding="base64">',
    ],
  ])('brings up a session that both sides know, by %s', async (_name, agreement, attribute) => {
    const line = new CallbackLine(agreement);
    const opened = await line.open();
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(opened.value).toMatchObject({ peer: PEER_SERVICE, timeToLiveS: 86_400 });
    expect(opened.value.ourID).toMatch(/^[0-9a-f]{32}@provider\.example$/);
    expect(await line.peer.sspSessions.latestOf(OWN_SERVICE)).toMatchObject({
      theirID: opened.value.ourID,
      ourID: opened.value.theirID,
    });
    expect(line.events).toMatchObject([{ outcome: 'opened', peer: PEER_SERVICE }]);
    expect(kinds(line)).toEqual(['SendSecretToken', 'LoginRequest', 'LoginResponse']);
    expect(line.transport.posted[1]?.text).toContain(attribute);
    const ids = line.transport.posted.map(({ text }) => /transactionID="([^"]+)"/.exec(text)?.[1]);
    expect(new Set(ids).size).toBe(1);
    // The number of message 2 is the peer's own.
    expect(line.heard[0]?.message.transactionID).not.toBe(ids[0]);
  });

  it('F13: comes up with a peer that does not know our next secret yet, after a try or two', async () => {
    const line = new CallbackLine(
      anAgreement({ answerMode: 'callback', signingSecrets: ['the next one', SHARED_SECRET] }),
    );
    let opened = await line.open();
    for (let again = 0; !opened.ok && again < 30; again++) opened = await line.open();
    expect(opened).toMatchObject({ ok: true });
    expect(new Set(line.events.map(({ outcome }) => outcome)).has('opened')).toBe(true);
  });

  it('sends what was refused without a word again, 50, 500 and 2000 ms later', async () => {
    const line = new CallbackLine(FIELD);
    const cutOff = { kind: 'failure', detail: 'other side closed' } as const;
    line.obstacles.push(undefined, cutOff, httpAnswer(503));
    const begunAtMs = line.clock.nowMs();
    expect(await line.open()).toMatchObject({ ok: true });
    expect(kinds(line).slice(1, 4)).toEqual(['LoginRequest', 'LoginRequest', 'LoginRequest']);
    expect(line.clock.nowMs() - begunAtMs).toBeGreaterThan(2_550);
  });

  it('takes a peer that spells its name in another case, and the life that it announces', async () => {
    const line = new CallbackLine(FIELD, inAnswerTo('LoginResponse', saying({ timeToLive: 120 })));
    const agreement = anAgreement({ ...FIELD, peer: OWN_SERVICE, ownServiceID: 'wv:@Operator.Example' });
    line.peer.agreements.put(agreement);
    expect(await line.open()).toMatchObject({ ok: true, value: { peer: PEER_SERVICE, timeToLiveS: 120 } });
  });

  it('is the only one with this peer until it is finished or forgotten', async () => {
    const line = new CallbackLine(FIELD, () => undefined);
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'unanswered' } });
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'under-way' } });
    expect(line.transport.posted).toHaveLength(1);
    line.clock.advance(60_000);
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'unanswered' } });
    expect(line.transport.posted).toHaveLength(2);
  });

  it('is content with a session that the peer opened meanwhile', async () => {
    const line = new CallbackLine(FIELD, () => undefined);
    const session = { peer: PEER_SERVICE, theirID: 'a@operator.example', ourID: 'b', timeToLiveS: 60 };
    await line.sspSessions.add(session, SESSION_TERMS);
    expect(await line.open()).toEqual({ ok: true, value: session });
  });
});

describe('a set-up in callback mode fails', () => {
  it('before anything is sent, where there is nothing to sign with', async () => {
    const line = new CallbackLine(
      anAgreement({ answerMode: 'callback', acceptedSecrets: [], signingSecrets: [] }),
    );
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'no-shared-secret' } });
    expect(line.transport.posted).toEqual([]);
  });

  it('at once when message 1 is not taken, and can be begun again', async () => {
    const line = new CallbackLine(FIELD);
    line.obstacles.push(httpAnswer(503));
    expect(await line.open()).toMatchObject({
      ok: false,
      error: { reason: 'unreachable', detail: 'HTTP 503' },
    });
    expect(await line.open()).toMatchObject({ ok: true });
  });

  it('when a later message is never taken', async () => {
    const line = new CallbackLine(FIELD);
    const cutOff = { kind: 'failure', detail: 'other side closed' } as const;
    line.obstacles.push(undefined, cutOff, cutOff, cutOff);
    expect(await line.open()).toMatchObject({ ok: false });
    expect(line.events).toMatchObject([{ outcome: 'unreachable', detail: 'other side closed' }]);
    expect(line.transport.posted).toHaveLength(4);
  });

  it.each<[string, TamperWithAnswer]>([
    ['wrong-digest', inAnswerTo('LoginRequest', digestOf('AAAA', undefined))],
    ['wrong-digest', inAnswerTo('LoginRequest', digestOf('AAAA', 'SHA-512'))],
    ['wrong-digest', inAnswerTo('LoginRequest', saying({ serviceID: 'wv:@other.example' }))],
    ['refused', inAnswerTo('LoginRequest', (answer) => ({ ...answer, primitive: refusal(409) }))],
    ['refused', inAnswerTo('LoginResponse', (answer) => ({ ...answer, primitive: refusal(503) }))],
    ['not-understood', inAnswerTo('LoginResponse', saying({ sessionID: 'x'.repeat(129) }))],
    ['not-understood', inAnswerTo('LoginResponse', saying({ sessionID: undefined }))],
  ])('as %s, reported once to the operator', async (outcome, tamper) => {
    const line = new CallbackLine(FIELD, tamper);
    expect(await line.open()).toMatchObject({ ok: false, error: { reason: 'refused' } });
    expect(line.events).toMatchObject([{ outcome, peer: PEER_SERVICE }]);
    expect(await line.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
    expect(await line.setups.transactionWith(PEER_SERVICE)).toBeUndefined();
  });

  it('as wrong-digest tells the peer 409 in place of message 5', async () => {
    const line = new CallbackLine(FIELD, inAnswerTo('LoginRequest', digestOf('AAAA', undefined)));
    await line.open();
    expect(line.transport.posted.at(-1)?.text).toMatch(/<LoginResponse>.*code="409"/s);
    expect(line.peer.reasons()).toEqual(['aborted-by-peer']);
  });

  it('when the peer goes down to MD5 where the agreement does not allow it', async () => {
    const line = new CallbackLine(
      undefined,
      inAnswerTo('LoginRequest', (answer) => digestOf('AAAA', undefined)(answer)),
    );
    await line.open();
    expect(line.events).toMatchObject([{ outcome: 'wrong-digest' }]);
  });

  it('when our own digest is thrown back at us', async () => {
    const reflect = inAnswerTo('LoginRequest', (answer, { primitive }) => ({
      ...answer,
      primitive: { ...primitive, serviceID: PEER_SERVICE } as SetupPrimitive,
    }));
    const line = new CallbackLine(undefined, reflect);
    await line.open();
    expect(line.events).toMatchObject([{ outcome: 'wrong-digest' }]);
  });

  it('when the announced id belongs to another peer', async () => {
    const line = new CallbackLine(FIELD, inAnswerTo('LoginResponse', saying({ sessionID: 'abc@x' })));
    await line.sspSessions.add(
      { peer: 'wv:@other', theirID: 'abc@x', ourID: 'o', timeToLiveS: 60 },
      SESSION_TERMS,
    );
    await line.open();
    expect(line.events).toMatchObject([{ outcome: 'session-id-taken' }]);
  });
});

describe('an answer that no request waits for', () => {
  it('opens nothing and sends nothing, whether replayed or made up', async () => {
    const line = new CallbackLine(FIELD);
    await line.open();
    const session = await line.sspSessions.latestOf(PEER_SERVICE);
    await line.sspSessions.removeAllOf(PEER_SERVICE);
    const sent = line.transport.posted.length;
    const said = line.heard.map(({ message }) => message);
    for (const message of said) await line.say(message);
    expect(line.heard.map(({ expected }) => expected)).toEqual([true, true, true, false, false, false]);
    expect(line.transport.posted).toHaveLength(sent);
    expect(session).toBeDefined();
    expect(await line.sspSessions.latestOf(PEER_SERVICE)).toBeUndefined();
  });

  it('is message 2 said twice, 4 before 2, or a refusal under another transaction', async () => {
    const said: SetupMessage[] = [];
    const line = new CallbackLine(FIELD, (answer) => void said.push(answer));
    await line.open();
    const transactionID = (await line.setups.transactionWith(PEER_SERVICE)) ?? '';
    const [second] = said;
    if (second === undefined) throw new Error('no message 2');
    const fourth = { ...second, transactionID, primitive: proofOf('AAAA') };
    await line.say(fourth);
    await line.say(second);
    await line.say(second);
    await line.say({ ...second, transactionID: 'another', primitive: refusal(403) });
    expect(line.heard.map(({ expected }) => expected)).toEqual([false, true, false, false]);
    expect(await line.setups.transactionWith(PEER_SERVICE)).toBe(transactionID);
  });

  it('comes from a peer that has no agreement any more, or one about inline mode', async () => {
    for (const change of ['disable', 'inline'] as const) {
      const line = new CallbackLine(FIELD, (answer) => {
        if (change === 'disable') line.agreements.forget(PEER_SERVICE);
        else line.agreements.put(anAgreement());
        return answer;
      });
      await line.open();
      expect(line.heard.map(({ expected }) => expected)).toEqual([false]);
    }
  });
});

const proofOf = (value: string): SetupPrimitive => ({
  kind: 'LoginRequest',
  serviceID: PEER_SERVICE,
  timeToLive: 60,
  passwordDigest: { digestSchema: undefined, value },
});

function digestOf(value: string, digestSchema: string | undefined) {
  return saying({ passwordDigest: { digestSchema, value } });
}

it('would not take the digest of another secret', async () => {
  const wrong = hmacSha256Digest('guess', {
    receiverToken: 't',
    sender: PEER_SERVICE,
    receiver: OWN_SERVICE,
  });
  const line = new CallbackLine(undefined, inAnswerTo('LoginRequest', digestOf(wrong, 'HMAC-SHA-256')));
  await line.open();
  expect(line.events).toMatchObject([{ outcome: 'wrong-digest' }]);
});
