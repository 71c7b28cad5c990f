export type { EventFields } from './event-fields.js';
export type { EventLog } from './event-log.port.js';
export { sessionTag } from './session-tag.js';
export { createEventLog, type EventLogOptions } from './pino-event-log.js';
export type { Readings, StoreName, StoreReading } from './readings.js';
export { type Measures, PrometheusMeasures } from './prometheus-measures.js';
