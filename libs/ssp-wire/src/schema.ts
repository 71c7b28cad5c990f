import { readFileSync } from 'node:fs';
import { SSP_NAMESPACES, type SspNamespace } from './messages.js';

/** The XSD of the binding, which lies beside this file, for one of the namespaces: they differ in nothing else. */
export const sspSchemaText = (namespace: SspNamespace = SSP_NAMESPACES[0]): string =>
  readFileSync(new URL('./ssp.xsd', import.meta.url), 'utf8').replaceAll(SSP_NAMESPACES[0], namespace);
