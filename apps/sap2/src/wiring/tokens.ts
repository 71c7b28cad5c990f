/** Things of the process that have no class of their own. */
export const CONFIG = Symbol('Config');
export const EVENT_LOG = Symbol('EventLog');
export const IDENTITY_STORE = Symbol('IdentityStore');
export const LIVE_STORE = Symbol('LiveStore');
export const MEASURES = Symbol('Measures');
export const PASSWORD_POLICY = Symbol('PasswordPolicy');
export const SESSION_POLICY = Symbol('SessionPolicy');
export const SESSION_STORES = Symbol('SessionStores');
/** Both stores, connected. */
export const OPENED_STORES = Symbol('OpenedStores');
export const STORES = Symbol('Stores');
