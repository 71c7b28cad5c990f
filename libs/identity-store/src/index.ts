export { Administrators, type Administrator } from './administrators.js';
export type { PasswordHashing } from './argon2-credentials.js';
export {
  connectIdentityStore,
  prepareSchema,
  type IdentityStore,
  type IdentityStoreOptions,
  type StoreTrouble,
  type StoreTuning,
} from './connect-identity-store.js';
export type { MigrationClass } from './migrate.js';
export type { SecretVault, VaultKey } from './secret-vault.js';
export { LedgerUnavailableError } from './store-failure.js';
