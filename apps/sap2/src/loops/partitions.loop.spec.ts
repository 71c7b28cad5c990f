import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '@sap2/observability';
import { partitionsLoop } from './partitions.loop.js';

const KEEP = { history: 13, audit: 36 };

const stepWith = async (dropped: { history: number; audit: number }) => {
  const done: unknown[] = [];
  const note = (...what: unknown[]): void => void done.push(what);
  const log: EventLog = { debug: note, event: note, warn: note, error: note };
  const store = {
    ensurePartitions: (months: number) => Promise.resolve((note('ensure', months), 0)),
    dropPartitions: (keep: typeof KEEP) => Promise.resolve((note('drop', keep), dropped)),
  };
  const months = { historyKeepMonths: KEEP.history, auditKeepMonths: KEEP.audit };
  await partitionsLoop(store, months, log).step(new AbortController().signal);
  return done;
};

describe('the loop of partitions', () => {
  it('makes months before it drops others, and says nothing where none was due', async () => {
    expect(await stepWith({ history: 0, audit: 0 })).toEqual([
      ['ensure', 3],
      ['drop', KEEP],
    ]);
  });

  it('says how many months are gone', async () => {
    expect((await stepWith({ history: 2, audit: 1 })).slice(2)).toEqual([
      ['history_months_dropped', { count: 2 }],
      ['audit_months_dropped', { count: 1 }],
    ]);
  });
});
