export {
  CertificateAuthority,
  type CertificateWish,
  type IssuedCertificate,
} from './certificates/certificate-authority.js';
export { createTestDatabase, type TestDatabase } from './servers/test-database.js';
export { startTestPostgres, startTestRedis, type TestServer } from './servers/test-server.js';
export { oncePerRun } from './servers/once-per-run.js';
export { putPostgresInto } from './servers/postgres-template.js';
export { testFolder } from './servers/test-folder.js';
export { spawnTypeScript } from './servers/typescript-process.js';
export { until } from './service/until.js';
export * from './contracts/contract-world.js';
export * from './contracts/plain-port.js';
export * from './contracts/disconnect-outbox.contract.js';
export * from './contracts/live-sessions.contract.js';
export * from './contracts/login-attempts.contract.js';
export * from './contracts/nonces.contract.js';
export * from './contracts/outgoing-setups.contract.js';
export * from './contracts/session-ledger.contract.js';
export * from './contracts/setups.contract.js';
export * from './contracts/ssp-sessions.contract.js';
export * from './contracts/sync-parts.contract.js';
export * from './contracts/transaction-ledger.contract.js';
export * from './contracts/users.contract.js';
export * from './fakes/fake-accounts.js';
export * from './fakes/fake-directory.js';
export * from './fakes/fake-live-sessions.js';
export * from './fakes/fake-login-attempts.js';
export * from './fakes/fake-nonces.js';
export * from './fakes/fake-session-ledger.js';
export * from './fakes/fake-sync-parts.js';
export * from './fakes/manual-clock.js';
export * from './fakes/peer-agreements.js';
export * from './fakes/peer-callback-line.js';
export * from './fakes/peer-delivery-world.js';
export * from './fakes/peer-disconnect-outbox.js';
export * from './fakes/peer-outgoing-setups.js';
export * from './fakes/peer-sap1.js';
export * from './fakes/peer-set-up-world.js';
export * from './fakes/peer-setups.js';
export * from './fakes/peer-ssp-sessions.js';
export * from './fakes/peer-transaction-ledger.js';
export * from './fakes/peer-transport.js';
export * from './fakes/seeded-randomness.js';
export * from './fakes/fake-users.js';
export * from './fakes/session-world.js';
export * from './fakes/session-witness.js';
export * from './fakes/user-world.js';
