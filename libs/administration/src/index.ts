export * from './actor.js';
export * from './administrators.js';
export {
  type AgreementEntry,
  agreementChanges,
  agreementFields,
  type AgreementSettings,
  sharedSecret,
} from './agreement-entry.js';
export { warningsOf } from './agreement-rules.js';
export * from './agreements.js';
export * from './apply-seed.js';
export * from './audit.js';
export * from './console-sessions.js';
export * from './creations.js';
export * from './deliveries.js';
export * from './domains.js';
export * as entryRules from './entry-rules.js';
export type { WrongEntry } from './entry-rules.js';
export * from './jobs.js';
export { kindOfHash, type PasswordHashKind, readPasswordHash } from './password-hashes.js';
export * from './password-policy.js';
export * from './audit-trail.js';
export { type Seed, seedFile } from './seed-file.js';
export * from './session-filter.js';
export * from './sessions.js';
export * from './statistics.js';
export * from './stores.js';
export {
  subscriptionChanges,
  type SubscriptionEntry,
  subscriptionFields,
  type SubscriptionSettings,
} from './subscription-entry.js';
export * from './subscriptions.js';
export * from './user-entry.js';
export * from './user-import.js';
export * from './users.js';
export { secretAfter } from './user-directory-entry.js';
