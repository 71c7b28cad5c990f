import { configurationPage, configurationSchema, seedSchema } from '@sap2/config';

/** A file that is written from the code, committed, and checked against the code by CI. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly render: () => string;
}

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/config.schema.json', render: configurationSchema },
  { path: 'docs/seed.schema.json', render: seedSchema },
];
