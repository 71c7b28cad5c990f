import { describe, expect, it } from '@jest/globals';
import { accountNamed, ALICE, OPERATOR, PHONE, SessionWorld, userOf } from '@sap2/test-support';
import { BeginLogin } from './begin-login.js';
import { clientKeyOf } from './ids.js';

const begin = (
  world: SessionWorld,
  digestSchemas: readonly string[],
  user = userOf(ALICE),
  cspVersion?: string,
) =>
  new BeginLogin(world.nonces, world.randomness, world.directory).execute({
    peer: OPERATOR,
    user,
    cspVersion,
    digestSchemas,
  });

describe('phase 1 of a challenge login', () => {
  it.each([
    [['MD5', 'SHA', 'SHA-256'], 'SHA-256'],
    [['MD5', 'SHA'], 'SHA'],
    [['MD5'], 'MD5'],
    [['PWD', 'MD5', 'MD4'], 'MD5'],
  ])('of a client that can %p takes %s', async (schemas, strongest) => {
    expect(await begin(new SessionWorld(), schemas)).toMatchObject({ kind: 'challenge', schema: strongest });
  });

  it.each([[['PWD']], [[]], [['md5']]])(
    'of a client that can %p finds nothing in common: 543',
    async (schemas) => {
      expect(await begin(new SessionWorld(), schemas)).toEqual({ kind: 'no-common-schema' });
    },
  );

  it('gives a nonce of 128 bits in lower-case hex, another one each time', async () => {
    const world = new SessionWorld();
    const nonces = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const outcome = await begin(world, ['SHA']);
        return outcome.kind === 'challenge' ? outcome.nonce : outcome.kind;
      }),
    );
    expect(new Set(nonces).size).toBe(20);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  });

  it('binds the nonce to the peer, the user, the client and the schema', async () => {
    const world = new SessionWorld();
    const outcome = await begin(world, ['SHA']);
    if (outcome.kind !== 'challenge') throw new Error(outcome.kind);
    const binding = { peer: OPERATOR, account: ALICE, clientKey: clientKeyOf(PHONE) };
    expect(world.nonces.take(outcome.nonce, binding, 't')).toBe('SHA');
  });

  it('treats a user that does not exist like any other, and looks up no account', async () => {
    const nobody = userOf(accountNamed('nobody'));
    expect(await begin(new SessionWorld(), ['SHA'], nobody)).toMatchObject({
      kind: 'challenge',
      schema: 'SHA',
    });
  });

  it('refuses a version that does not exist: 505', async () => {
    expect(await begin(new SessionWorld(), [], userOf(ALICE), '2.0')).toEqual({ kind: 'unknown-version' });
  });
});
