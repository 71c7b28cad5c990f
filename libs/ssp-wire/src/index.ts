export type { WireFault } from '@sap2/xml-codec';
export * from './messages.js';
export { decodeSsp, decodeSspInTurns, parseXmlFragment, SSP } from './decode.js';
export { canonicalContent, encodeSsp } from './encode.js';
export { sspSchemaText } from './schema.js';
