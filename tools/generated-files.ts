import openapiTS, { astToString, COMMENT_HEADER, type OpenAPI3 } from 'openapi-typescript';
import { openApiDocument } from '../apps/sap2/src/admin/http/openapi.js';
import { EVERY_OPERATION } from '../apps/sap2/src/admin/admin-http.js';
import { settingsPage, settingsSchema } from '../apps/sap1/src/gateway/config/settings-page.js';
import { postmanCollection } from './postman-collection.js';
import { configurationPage, configurationSchema, seedSchema } from '@sap2/config';

/** A file that is written from the code, committed, and checked against the code by CI. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly render: () => string | Promise<string>;
}

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/config.schema.json', render: configurationSchema },
  { path: 'docs/seed.schema.json', render: seedSchema },
  { path: 'docs/sap1-configuration.md', render: settingsPage },
  { path: 'docs/sap1.schema.json', render: settingsSchema },
  { path: 'clients/typescript/openapi.ts', render: typesOfTheApi },
  { path: 'docs/openapi.json', render: () => asJson(openApiDocument(EVERY_OPERATION)) },
  {
    path: 'clients/sap2.postman_collection.json',
    render: () => asJson(postmanCollection(EVERY_OPERATION, openApiDocument(EVERY_OPERATION))),
  },
];

const asJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** What the clients are typed by: the one of `clients/typescript`, and the console. A client may leave out what has a default. */
async function typesOfTheApi(): Promise<string> {
  const document = JSON.parse(JSON.stringify(openApiDocument(EVERY_OPERATION))) as OpenAPI3;
  return `${COMMENT_HEADER}${astToString(await openapiTS(document, { defaultNonNullable: false }))}`;
}
