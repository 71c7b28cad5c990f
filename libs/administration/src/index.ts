export * from './actor.js';
export * from './audit.js';
export * from './ports/audit.port.js';
export * from './ports/creations.port.js';
