export * from './actor.js';
export * from './ports/creations.port.js';
