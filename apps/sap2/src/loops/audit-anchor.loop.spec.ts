import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditAnchor } from '@sap2/administration';
import { createEventLog, PrometheusMeasures } from '@sap2/observability';
import { type AnchorPlace, auditAnchorLoop } from './audit-anchor.loop.js';

const anchorAt = (seq: number): AuditAnchor => ({
  installation: '7b0c3c1e-61a5-4c5c-9a0e-0a1b2c3d4e5f',
  seq,
  hash: String(seq).padStart(64, '0'),
  at: '2027-01-31T00:00:00.000Z',
  signedAt: '2027-01-31T00:05:00.000Z',
  key: 'k1',
  mac: 'a'.repeat(64),
});

let head: number | undefined;
let asked: number[];
let said: string[];
const ofTest = (...places: readonly AnchorPlace[]) =>
  auditAnchorLoop(
    {
      signHead: async (nowMs) => {
        asked.push(nowMs);
        return head === undefined ? undefined : anchorAt(head);
      },
    },
    places,
    300_000,
    {
      clock: { nowMs: () => 5 },
      log: createEventLog({ level: 'debug', output: { write: (line: string) => said.push(line) } }),
      measures: new PrometheusMeasures(),
    },
  );

const placeThat = (name: AnchorPlace['name'], isBroken = (): boolean => false) => {
  const kept: number[] = [];
  const place: AnchorPlace = {
    name,
    write: async ({ seq }) => {
      if (isBroken()) throw new Error('it is full');
      kept.push(seq);
    },
  };
  return { kept, place };
};

beforeEach(() => {
  [head, asked, said] = [undefined, [], []];
});

describe('the loop of anchors', () => {
  it('asks once an interval, and writes to each place when the end has moved', async () => {
    const [log, file] = [placeThat('log'), placeThat('file')];
    const loop = ofTest(log.place, file.place);
    expect(loop.pauseMs).toBe(300_000);
    const { signal } = new AbortController();
    for (const now of [undefined, 3, 3, 4, 4]) {
      head = now;
      expect(await loop.step(signal)).toBe('rest');
    }
    expect(asked).toEqual([5, 5, 5, 5, 5]);
    expect([log.kept, file.kept]).toEqual([
      [3, 4],
      [3, 4],
    ]);
    expect(said).toEqual([]);
  });

  it('gives a place that failed the end of the next interval; it does not fail itself, nor hold up another', async () => {
    let isFull = true;
    const [file, url] = [placeThat('file', () => isFull), placeThat('url')];
    const loop = ofTest(file.place, url.place);
    const { signal } = new AbortController();
    head = 3;
    expect(await loop.step(signal)).toBe('rest');
    isFull = false;
    head = 4;
    await loop.step(signal);
    expect([file.kept, url.kept]).toEqual([[4], [3, 4]]);
    expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'audit_anchor_not_written', detail: 'to the file', error: { message: 'it is full' } },
    ]);
  });
});
