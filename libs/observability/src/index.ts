export { sessionTag, type EventFields, type EventLog, type SessionTag } from './event-log.port.js';
export { createEventLog, type EventLogOptions } from './pino-event-log.js';
