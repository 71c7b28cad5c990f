export * from './messages.js';
export { decodeSsp, decodeSspInTurns, parseXmlFragment } from './decode.js';
export { canonicalContent, encodeSsp } from './encode.js';
export { DEFAULT_WIRE_LIMITS, type WireLimits } from './limits.js';
export { sspSchemaPath, sspSchemaText } from './schema.js';
