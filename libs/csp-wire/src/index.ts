export * from './messages.js';
export { decodeCsp, type CspFault } from './decode.js';
export { encodeCsp } from './encode.js';
export { cspEncodingOf, CSP_MEDIA_TYPES } from './media-types.js';
export { capabilityFragment, parseCapabilityFragment } from './capability-fragment.js';
export { withoutDocumentType } from './document-type.js';
