import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SSP_NAMESPACES, type SspNamespace } from './messages.js';

/** The XSD of the binding; the build puts it beside this file. */
export const sspSchemaPath = (): string => fileURLToPath(new URL('./ssp.xsd', import.meta.url));

/** The same schema for one of the namespaces: they differ in nothing else. */
export const sspSchemaText = (namespace: SspNamespace = SSP_NAMESPACES[0]): string =>
  readFileSync(sspSchemaPath(), 'utf8').replaceAll(SSP_NAMESPACES[0], namespace);
