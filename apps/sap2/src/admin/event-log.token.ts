/** The log has an interface and no class of its own. */
export const EVENT_LOG = Symbol('EventLog');
