export { connectIdentityStore, prepareSchema, type IdentityStore } from './connect-identity-store.js';
export { LedgerUnavailableError, StatementRefusedError } from './store-failure.js';
