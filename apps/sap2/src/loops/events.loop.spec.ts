import { describe, expect, it } from '@jest/globals';
import type { EventLog } from '@sap2/observability';
import { eventsLoop } from './events.loop.js';

const stepWith = async (dropped: number): Promise<unknown[]> => {
  const done: unknown[] = [];
  const note = (...what: unknown[]): void => void done.push(what);
  const log: EventLog = { debug: note, event: note, warn: note, error: note };
  const store = { keepEventDays: (days: object) => Promise.resolve((note(days), dropped)) };
  await eventsLoop(store, { eventsKeepDays: 7 }, log).step(new AbortController().signal);
  return done;
};

describe('the loop of events', () => {
  it('makes a week of days in advance, and keeps as many as the configuration says', async () => {
    expect(await stepWith(0)).toEqual([[{ daysAhead: 7, daysKept: 7 }]]);
  });

  it('says how many days are gone', async () => {
    expect((await stepWith(2)).slice(1)).toEqual([['event_days_dropped', { count: 2 }]]);
  });
});
