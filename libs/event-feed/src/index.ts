export * from './event-feed.port.js';
export { eventJson } from './event-json.js';
export { EventTail, type TailReader } from './event-tail.js';
export * from './feed-event.js';
export * from './live-sessions.port.js';
export { Positions } from './positions.js';
