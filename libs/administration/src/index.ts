export * from './actor.js';
export * from './audit.js';
export * from './jobs/run-jobs.js';
export * from './ports/audit.port.js';
export * from './ports/creations.port.js';
export * from './ports/deliveries.port.js';
export * from './ports/jobs.port.js';
export * from './ports/sessions.port.js';
export * from './stores/verify-stores.js';
export * from './ports/statistics.port.js';
export * from './ports/users.port.js';
export * from './users/change-and-end.js';
export * from './users/change-user.js';
export * from './users/create-user.js';
export * from './users/delete-user.js';
export * from './users/end-user-sessions.js';
export * from './users/export-users.js';
export * from './users/import-users.js';
export * from './users/password-policy.js';
export * from './users/reactivate-user.js';
export * from './users/set-password.js';
export * from './users/suspend-user.js';
export * from './users/unlock-user.js';
export * from './users/user-entry.js';
export * from './ports/domains.port.js';
export * from './domains/change-domain.js';
export * from './domains/create-domain.js';
export * from './domains/delete-domain.js';
export * from './domains/service-names.js';
export * from './sessions/end-one-session.js';
export * from './ports/administrator-book.port.js';
export * from './administrators/create-administrator.js';
export * from './administrators/replace-token.js';
export * from './agreements.js';
export {
  type AgreementEntry,
  agreementChanges,
  agreementFields,
  type AgreementSettings,
  sharedSecret,
  type WrongEntry,
} from './agreement-entry.js';
export { warningsOf } from './agreement-rules.js';
export * as entryRules from './entry-rules.js';
export { type Seed, seedFile } from './seed-file.js';
export * from './apply-seed.js';
