export * from './event-feed.port.js';
export * from './feed-event.js';
export { Positions } from './positions.js';
