import { EntitySchema } from 'typeorm';
import { nameColumn, nowColumn, nullable, primary, textColumn, timeColumn } from './columns.js';

/**
 * A shared secret in one direction: `inbound` proves the peer to us, `outbound` proves us to the peer. During a rotation
 * a direction has two, and the newer has the higher id.
 */
export interface AgreementSecretRow {
  readonly id: string;
  readonly service_id: string;
  readonly direction: SecretDirection;
  /** Sealed by the vault. */
  readonly secret: string;
  /** End of the overlap; null: until it is replaced. */
  readonly valid_until: Date | null;
  readonly created_at: Date;
}

export type SecretDirection = 'inbound' | 'outbound';

export const agreementSecretTable = new EntitySchema<AgreementSecretRow>({
  name: 'agreement_secret',
  columns: {
    id: primary({ type: 'bigint', generated: 'increment' }, 'agreement_secret_pkey'),
    service_id: nameColumn,
    direction: textColumn,
    secret: textColumn,
    valid_until: nullable(timeColumn),
    created_at: nowColumn,
  },
  foreignKeys: [
    {
      name: 'agreement_secret_agreement',
      target: 'agreement',
      columnNames: ['service_id'],
      referencedColumnNames: ['service_id'],
      onDelete: 'CASCADE',
    },
  ],
  indices: [{ name: 'agreement_secret_by_agreement', columns: ['service_id'] }],
  checks: [{ name: 'agreement_secret_direction_known', expression: `direction IN ('inbound', 'outbound')` }],
});
