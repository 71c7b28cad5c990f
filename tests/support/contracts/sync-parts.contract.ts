import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SyncPart, SyncParts, UserSessionID } from '@sap2/session-core';
import { aSession, OPERATOR, OTHER_OPERATOR } from './contract-world.js';

export interface SyncPartsSubject {
  readonly parts: SyncParts;
  /** How long this subject waits for the rest of a set. */
  readonly lifeMs: number;
  readonly letPass: (ms: number) => Promise<void>;
  /** The store's own clock. */
  readonly nowMs: () => Promise<number>;
  close(): Promise<void>;
}

const someIDs = (count: number): UserSessionID[] => Array.from({ length: count }, () => aSession().id);
const aPart = (particulars: Partial<SyncPart>): SyncPart => ({
  peer: OPERATOR,
  syncID: 'sync-1',
  sapEpoch: 'n:1',
  part: 1,
  parts: 1,
  listed: [],
  ...particulars,
});

type Get = () => SyncPartsSubject;

/** What every SyncParts does, whatever it is made of (ssp-binding §4.3). */
export function describeSyncPartsContract(name: string, makeSubject: () => Promise<SyncPartsSubject>): void {
  describe(`${name}, as SyncParts`, () => {
    let subject: SyncPartsSubject;
    beforeEach(async () => {
      subject = await makeSubject();
    });
    afterEach(async () => {
      await subject.close();
    });
    const get: Get = () => subject;

    describe('a complete set', () => {
      completeSets(get);
    });
    describe('an incomplete set', () => {
      incompleteSets(get);
    });
  });
}

function completeSets(get: Get): void {
  it('may be one empty part: "I lost everything"', async () => {
    const { parts } = get();
    expect(await parts.add(aPart({}))).toMatchObject({ complete: true, listed: new Set() });
  });

  it('lists what all its parts listed', async () => {
    const { parts } = get();
    const [a, b, c] = [someIDs(3), someIDs(2), someIDs(1)];
    expect(await parts.add(aPart({ part: 1, parts: 3, listed: a }))).toEqual({ complete: false });
    expect(await parts.add(aPart({ part: 2, parts: 3, listed: b }))).toEqual({ complete: false });
    expect(await parts.add(aPart({ part: 3, parts: 3, listed: c }))).toMatchObject({
      complete: true,
      listed: new Set([...a, ...b, ...c]),
    });
  });

  it('says when part 1 arrived, whatever came first', async () => {
    const { parts, letPass, nowMs } = get();
    await parts.add(aPart({ part: 2, parts: 3 }));
    await letPass(40);
    const beforeMs = await nowMs();
    await parts.add(aPart({ part: 1, parts: 3 }));
    const afterMs = await nowMs();
    await letPass(40);
    const last = await parts.add(aPart({ part: 3, parts: 3 }));
    if (!last.complete) throw new Error('three of three parts are a complete set');
    expect(last.firstPartAtMs).toBeGreaterThanOrEqual(beforeMs);
    expect(last.firstPartAtMs).toBeLessThanOrEqual(afterMs);
  });

  it('is complete to exactly one of those who bring its parts at once', async () => {
    const { parts } = get();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => parts.add(aPart({ part: i + 1, parts: 8 }))),
    );
    expect(answers.filter(({ complete }) => complete)).toHaveLength(1);
  });

  it('is complete only once, whichever part is repeated afterwards', async () => {
    const { parts } = get();
    await parts.add(aPart({ part: 1, parts: 2 }));
    await parts.add(aPart({ part: 2, parts: 2 }));
    expect(await parts.add(aPart({ part: 2, parts: 2 }))).toEqual({ complete: false });
    expect(await parts.add(aPart({ part: 1, parts: 2 }))).toEqual({ complete: false });
  });
}

function incompleteSets(get: Get): void {
  it('is not completed by a part that came before', async () => {
    const { parts } = get();
    await parts.add(aPart({ part: 2, parts: 2 }));
    expect(await parts.add(aPart({ part: 2, parts: 2 }))).toEqual({ complete: false });
    expect(await parts.add(aPart({ part: 1, parts: 2 }))).toMatchObject({ complete: true });
  });

  it('is not completed by parts of another set, epoch or peer', async () => {
    const { parts } = get();
    await parts.add(aPart({ part: 1, parts: 2 }));
    for (const other of [{ syncID: 'sync-2' }, { sapEpoch: 'n:2' }, { peer: OTHER_OPERATOR }]) {
      expect(await parts.add(aPart({ part: 2, parts: 2, ...other }))).toEqual({ complete: false });
    }
  });

  it('is forgotten after its life', async () => {
    const { parts, letPass, lifeMs } = get();
    await parts.add(aPart({ part: 1, parts: 2, listed: someIDs(1) }));
    await letPass(lifeMs + 50);
    expect(await parts.add(aPart({ part: 2, parts: 2 }))).toEqual({ complete: false });
  });
}
