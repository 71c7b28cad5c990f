/** One command of the line, and the operation of administrators that it is. */
export interface CommandSpec {
  /** Left out: a command about everything. */
  readonly noun?: string;
  readonly verb: string;
  /** Name of an operation (docs/openapi.json). */
  readonly operation: string;
  /** Fields of the body that are given by their place; parameters of the path always are, and come first. */
  readonly places?: readonly string[];
  /** A secret that is asked for if it is not given, though the operation can do without. */
  readonly asks?: string;
  /** A field of the body whose own fields are options of the command. */
  readonly spread?: string;
  /** With this option the command is another operation, which is sent the lines of the file that it names. */
  readonly lines?: { readonly option: string; readonly says: string; readonly operation: string };
}

/** Every operation has its command; `commands.spec.ts` holds this table to it. */
export const COMMANDS: readonly CommandSpec[] = [
  { noun: 'admin', verb: 'create', operation: 'createAdministrator', places: ['name'] },
  { noun: 'admin', verb: 'list', operation: 'listAdministrators' },
  { noun: 'admin', verb: 'show', operation: 'getAdministrator' },
  { noun: 'admin', verb: 'change', operation: 'changeAdministrator' },
  { noun: 'admin', verb: 'token', operation: 'replaceToken' },
  { noun: 'admin', verb: 'delete', operation: 'deleteAdministrator' },

  { noun: 'user', verb: 'create', operation: 'createUser', places: ['userID'], asks: 'password' },
  { noun: 'user', verb: 'list', operation: 'listUsers' },
  { noun: 'user', verb: 'show', operation: 'getUser' },
  { noun: 'user', verb: 'change', operation: 'changeUser' },
  { noun: 'user', verb: 'set-password', operation: 'setPassword', asks: 'password' },
  { noun: 'user', verb: 'suspend', operation: 'suspendUser' },
  { noun: 'user', verb: 'reactivate', operation: 'reactivateUser' },
  { noun: 'user', verb: 'unlock', operation: 'unlockUser' },
  { noun: 'user', verb: 'end-sessions', operation: 'endUserSessions' },
  { noun: 'user', verb: 'delete', operation: 'deleteUser' },
  { noun: 'user', verb: 'import', operation: 'importUsers' },
  { noun: 'user', verb: 'export', operation: 'exportUsers' },

  { noun: 'domain', verb: 'create', operation: 'createDomain', places: ['name'] },
  { noun: 'domain', verb: 'list', operation: 'listDomains' },
  { noun: 'domain', verb: 'show', operation: 'getDomain' },
  { noun: 'domain', verb: 'change', operation: 'changeDomain' },
  { noun: 'domain', verb: 'delete', operation: 'deleteDomain' },

  { noun: 'agreement', verb: 'create', operation: 'createAgreement', places: ['serviceID'] },
  { noun: 'agreement', verb: 'list', operation: 'listAgreements' },
  { noun: 'agreement', verb: 'show', operation: 'getAgreement' },
  { noun: 'agreement', verb: 'change', operation: 'changeAgreement' },
  { noun: 'agreement', verb: 'enable', operation: 'enableAgreement' },
  { noun: 'agreement', verb: 'disable', operation: 'disableAgreement' },
  { noun: 'agreement', verb: 'secret', operation: 'replaceAgreementSecret' },
  { noun: 'agreement', verb: 'probe', operation: 'probeAgreement' },
  { noun: 'agreement', verb: 'state', operation: 'getAgreementState' },
  { noun: 'agreement', verb: 'delete', operation: 'deleteAgreement' },

  { noun: 'session', verb: 'list', operation: 'listSessions' },
  { noun: 'session', verb: 'show', operation: 'getSession' },
  { noun: 'session', verb: 'end', operation: 'endSession' },
  { noun: 'session', verb: 'end-many', operation: 'endSessions', spread: 'filter' },
  { noun: 'session', verb: 'history', operation: 'listSessionHistory' },
  { noun: 'session', verb: 'stats', operation: 'getStatistics' },

  { noun: 'delivery', verb: 'list', operation: 'listDeliveries' },
  { noun: 'delivery', verb: 'show', operation: 'getDelivery' },
  { noun: 'delivery', verb: 'retry', operation: 'retryDelivery' },
  { noun: 'delivery', verb: 'cancel', operation: 'cancelDelivery' },
  { noun: 'delivery', verb: 'pause', operation: 'pauseDeliveries' },
  { noun: 'delivery', verb: 'resume', operation: 'resumeDeliveries' },

  { noun: 'job', verb: 'list', operation: 'listJobs' },
  { noun: 'job', verb: 'show', operation: 'getJob' },
  { noun: 'job', verb: 'abort', operation: 'abortJob' },

  { noun: 'audit', verb: 'list', operation: 'listAudit' },
  { noun: 'audit', verb: 'show', operation: 'getAuditEntry' },
  {
    noun: 'audit',
    verb: 'verify',
    operation: 'verifyAudit',
    lines: {
      option: 'anchor',
      says: 'compares it with the signed anchors in this file, - for standard input',
      operation: 'verifyAuditAnchors',
    },
  },

  { verb: 'verify', operation: 'verifyStores' },
];

/** What is typed. */
export const nameOf = ({ noun, verb }: CommandSpec): string =>
  noun === undefined ? verb : `${noun} ${verb}`;

/** What the groups of commands are about. */
export const NOUNS: Readonly<Record<string, string>> = {
  admin: 'administrators and their tokens',
  user: 'accounts of end users',
  domain: 'domains that users belong to, and what is on offer there',
  agreement: 'agreements with the SAPs of operators',
  session: 'live user sessions, and those that ended',
  delivery: 'what operators are to be told',
  job: 'work on many sessions',
  audit: 'who did what',
};
