/** Texts of the pages about users, operators, deliveries, jobs, domains, the audit and administrators. */
export const NOUN_TEXTS = {
  causes: {
    logout: 'logout',
    expired: 'expired',
    administrator: 'ended by an administrator',
    'account-suspended': 'account suspended',
    'account-deleted': 'account deleted',
    'credentials-changed': 'password changed',
    replaced: 'replaced by a newer login',
    evicted: 'too many sessions of the user',
    'left-out-of-sync': 'the operator does not know it',
    'agreement-ended': 'agreement ended',
  } as Readonly<Record<string, string>>,
} as const;
