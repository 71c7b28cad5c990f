import { EntitySchema } from 'typeorm';
import { countColumn, nameColumn, nowColumn, primary, textColumn } from './columns.js';

interface TallyDeltaRow {
  readonly id: string;
  /** `opened`, `closed`, or the cause of an end. */
  readonly event: string;
  readonly domain: string;
  readonly peer: string;
  readonly sessions: number;
  readonly at: Date;
}

/** What came and went and is not summed up yet; written by triggers. */
export const tallyDeltaTable = new EntitySchema<TallyDeltaRow>({
  name: 'tally_delta',
  columns: {
    id: primary({ type: 'bigint', generated: 'increment' }, 'tally_delta_pkey'),
    event: textColumn,
    domain: nameColumn,
    peer: nameColumn,
    sessions: countColumn,
    at: nowColumn,
  },
});

interface LiveTallyRow {
  readonly domain: string;
  readonly peer: string;
  readonly sessions: string;
}

export const liveTallyTable = new EntitySchema<LiveTallyRow>({
  name: 'live_tally',
  columns: {
    domain: primary(nameColumn, 'live_tally_pkey'),
    peer: primary(nameColumn, 'live_tally_pkey'),
    sessions: { type: 'bigint' },
  },
});

interface DayTallyRow extends LiveTallyRow {
  /** UTC. */
  readonly day: string;
  /** `opened`, or the cause of an end. */
  readonly event: string;
}

export const dayTallyTable = new EntitySchema<DayTallyRow>({
  name: 'day_tally',
  columns: {
    day: primary({ type: 'date' }, 'day_tally_pkey'),
    event: primary(nameColumn, 'day_tally_pkey'),
    domain: primary(nameColumn, 'day_tally_pkey'),
    peer: primary(nameColumn, 'day_tally_pkey'),
    sessions: { type: 'bigint' },
  },
});
