export * from './event-feed.port.js';
export { eventJson } from './event-json.js';
export * from './feed-event.js';
export { Positions } from './positions.js';
