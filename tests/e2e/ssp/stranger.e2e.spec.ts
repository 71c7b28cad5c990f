import { describe, expect, it } from '@jest/globals';
import { describeLog, OPERATOR, RIVAL, worldForThisFile } from '../../support/service/conformance-world.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { proofElement, type RawSetUp } from '../../support/peers/raw-set-up.js';

const world = worldForThisFile();

/** Knows all that is on the wire before message 5, and not the secret. */
const strangerTo = (setUp: RawSetUp): RawSetUp =>
  world.sap1({ ...OPERATOR, secret: 'a guess of a stranger' }).setUp(setUp.transactionID);

const httpStatusOf = async (sap1: RawSap1): Promise<number> =>
  (await sap1.post(sap1.message([[sap1.nextTransactionID(), '<KeepAliveRequest/>']]))).status;

async function proven(sap1: RawSap1): Promise<RawSetUp> {
  const setUp = sap1.setUp();
  await setUp.hello();
  expect((await setUp.prove()).primitive.name).toBe('LoginRequest');
  return setUp;
}

/** A session that the peer can use, over the set-up that a stranger has meddled with. */
async function finish(sap1: RawSap1, setUp: RawSetUp): Promise<void> {
  const sessionID = sap1.newSessionID();
  const sixth = await setUp.announce(sessionID);
  expect(sixth.code).toBe(200);
  expect(setUp.isSessionProofOfTheirs(sixth)).toBe(true);
  sap1.sessionID = sessionID;
  sap1.theirSessionID = sixth.primitive.attribute('sessionID') ?? '';
  expect((await sap1.ask('<KeepAliveRequest/>')).code).toBe(200);
}

describe('a stranger who knows the transactionID of a set-up under way (§3)', () => {
  it.each([
    ['no session proof', (): string => ''],
    ['an invented proof', (): string => proofElement('AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=')],
    [
      'the proof of another id',
      (setUp: RawSetUp): string => proofElement(setUp.sessionProof('x'.repeat(32))),
    ],
    [
      'the proof of another peer',
      (setUp: RawSetUp, id: string): string => proofElement(setUp.sessionProof(id, RIVAL.secret)),
    ],
  ])('does not finish it with %s, and the peer does', async (_, proofOf) => {
    const sap1 = world.sap1();
    const setUp = await proven(sap1);
    const thief = world.sap1();
    thief.sessionID = thief.newSessionID();
    const stolen = thief.setUp(setUp.transactionID);
    const answer = await stolen.announce(thief.sessionID, 86_400, proofOf(setUp, thief.sessionID));
    expect([answer.primitive.name, answer.code]).toEqual(['LoginResponse', 403]);
    expect(await httpStatusOf(thief)).toBe(403);
    await finish(sap1, setUp);
  });

  it('does not end it by a refusal of its own', async () => {
    const sap1 = world.sap1();
    const setUp = await proven(sap1);
    const refusal = await strangerTo(setUp).say('<LoginResponse><Status code="409"/></LoginResponse>');
    expect(refusal.code).toBe(403);
    await finish(sap1, setUp);
  });

  it('does not break it by messages 1 and 3, between any two of the peer', async () => {
    const sap1 = world.sap1();
    const setUp = sap1.setUp();
    const meddle = async (): Promise<void> => {
      const stranger = strangerTo(setUp);
      await stranger.hello();
      expect((await stranger.prove()).code).toBeGreaterThanOrEqual(403);
    };
    await meddle();
    await setUp.hello();
    await meddle();
    expect((await setUp.prove()).primitive.name).toBe('LoginRequest');
    await meddle();
    await finish(sap1, setUp);
  });

  it('tries 2 000 times at once against it: 0 in, 0 broken', async () => {
    const sap1 = world.sap1();
    const setUp = sap1.setUp();
    await setUp.hello();
    const flood = async (tries: number): Promise<readonly (number | undefined)[]> => {
      const codes = await Promise.all(
        Array.from({ length: tries / 4 }, async (_, i) => {
          const stranger = strangerTo(setUp);
          const other = world.sap1({ ...OPERATOR, secret: 'a guess' }).setUp(`guess-${i}`);
          const id = stranger.peer.serviceID.replace('wv:', 'x'.repeat(30));
          return [
            (await stranger.hello()).code,
            (await other.hello()).code,
            (await stranger.prove()).code,
            (await stranger.announce(id)).code,
          ];
        }),
      );
      return codes.flat();
    };
    const beforeThird = await flood(1_000);
    expect((await setUp.prove()).primitive.name).toBe('LoginRequest');
    const beforeFifth = await flood(1_000);
    expect([...beforeThird, ...beforeFifth].filter((code) => code === 200)).toEqual([]);
    await finish(sap1, setUp);
    await world.sap1().connect();
  });
});

describeLog(world);
