export { Administrators, type Administrator } from './administrators.js';
export { PASSWORD_HASHING, type PasswordHashing } from './argon2-credentials.js';
export {
  connectIdentityStore,
  type IdentityStore,
  type IdentityStoreOptions,
  STORE_TUNING,
  type StoreTrouble,
  type StoreTuning,
} from './connect-identity-store.js';
export type { MigrationClass } from './migrate.js';
export { SecretUnreadableError, SecretVault, type VaultKey } from './secret-vault.js';
export {
  type Seed,
  type SeedAdministrator,
  type SeedAgreement,
  type SeedDomain,
  SeedError,
  type SeedSummary,
  type SeedUser,
} from './seed/seed.js';
export { LedgerUnavailableError, StatementRefusedError } from './store-failure.js';
