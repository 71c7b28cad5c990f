import type { DisconnectSupport, ServiceID } from '@sap2/session-core';
import { EntitySchema } from 'typeorm';
import { nameColumn, nullable, primary, textColumn, timeColumn } from './columns.js';

/** A peer that never failed and was never paused has none. */
export interface PeerLineRow {
  readonly peer: ServiceID;
  /** Messages that failed one after the other. */
  readonly failures: number;
  /** The circuit is open until this time, and no worker tries before. */
  readonly open_until: Date | null;
  readonly last_error: string | null;
  readonly last_error_at: Date | null;
  readonly paused_at: Date | null;
  /** The horizon of what was held meanwhile counts from here. */
  readonly resumed_at: Date | null;
  readonly disconnects: DisconnectSupport;
}

export const peerLineTable = new EntitySchema<PeerLineRow>({
  name: 'peer_line',
  columns: {
    peer: primary(nameColumn, 'peer_line_pkey'),
    failures: { type: 'integer', default: 0 },
    open_until: nullable(timeColumn),
    last_error: nullable(textColumn),
    last_error_at: nullable(timeColumn),
    paused_at: nullable(timeColumn),
    resumed_at: nullable(timeColumn),
    disconnects: { ...textColumn, default: 'supported' },
  },
  checks: [
    {
      name: 'peer_line_disconnects_known',
      expression: `disconnects IN ('supported', 'unsupported', 'on-trial')`,
    },
  ],
});
