export { connectIdentityStore, prepareSchema, type IdentityStore } from './connect-identity-store.js';
export { LedgerUnavailableError } from './store-failure.js';
