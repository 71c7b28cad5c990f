export { sessionTag, type EventFields, type EventLog, type SessionTag } from './event-log.port.js';
export { createEventLog, type EventLogOptions } from './pino-event-log.js';
export type {
  DisconnectResult,
  Measures,
  OutboxReading,
  Readings,
  StoreName,
  StoreReading,
} from './measures.port.js';
export { PrometheusMeasures } from './prometheus-measures.js';
