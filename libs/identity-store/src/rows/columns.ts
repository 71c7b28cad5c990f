import type { EntitySchemaColumnOptions } from 'typeorm';

/** Text in the order of its characters, on every system: what is compared or paged through. */
export const nameColumn: EntitySchemaColumnOptions = { type: 'text', collation: 'C' };
export const textColumn: EntitySchemaColumnOptions = { type: 'text' };
export const textsColumn: EntitySchemaColumnOptions = { type: 'text', array: true };
export const timeColumn: EntitySchemaColumnOptions = { type: 'timestamptz' };
export const nowColumn: EntitySchemaColumnOptions = { type: 'timestamptz', default: () => 'now()' };

export const countColumn: EntitySchemaColumnOptions = { type: 'integer' };
export const revisionColumn: EntitySchemaColumnOptions = { type: 'integer', default: 1 };

export const nullable = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});

export const primary = (
  column: EntitySchemaColumnOptions,
  primaryKeyConstraintName: string,
): EntitySchemaColumnOptions => ({ ...column, primary: true, primaryKeyConstraintName });
