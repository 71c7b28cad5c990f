export * from './element.js';
export * from './frame.js';
export * from './limits.js';
export { nameTree } from './name-tree.js';
export * from './parts.js';
export {
  inOneGo,
  inTurns,
  Outcome,
  readByLibrary,
  readDocument,
  readPlainly,
  type Dialect,
  type Reading,
} from './read-document.js';
export * from './value-types.js';
export type { WireFault } from './wire-fault.js';
export * from './xml-text.js';
