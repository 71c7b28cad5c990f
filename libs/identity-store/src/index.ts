export { Administrators, type Administrator } from './administrators.js';
export { connectIdentityStore, prepareSchema, type IdentityStore } from './connect-identity-store.js';
export type { MigrationClass } from './migrate.js';
export type { SecretVault, VaultKey } from './secret-vault.js';
export { LedgerUnavailableError } from './store-failure.js';
