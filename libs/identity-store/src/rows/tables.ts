import { accountTable } from './account.row.js';
import { administratorTable } from './administrator.row.js';
import { agreementDomainTable, agreementTable } from './agreement.row.js';
import { agreementSecretTable } from './agreement-secret.row.js';
import { auditEndTable, auditEntryTable } from './audit.row.js';
import { creationKeyTable } from './creation-key.row.js';
import { disconnectOutboxTable } from './disconnect-outbox.row.js';
import { domainTable } from './domain.row.js';
import { jobSessionTable, jobTable } from './job.row.js';
import { liveSessionTable } from './live-session.row.js';
import { peerLineTable } from './peer-line.row.js';
import { sessionHistoryTable } from './session-history.row.js';
import { dayTallyTable, liveTallyTable, tallyDeltaTable } from './tally.row.js';

/** What the migrations add up to; a test holds the two together. */
export const TABLES = [
  accountTable,
  administratorTable,
  agreementTable,
  agreementDomainTable,
  agreementSecretTable,
  auditEndTable,
  auditEntryTable,
  creationKeyTable,
  disconnectOutboxTable,
  domainTable,
  dayTallyTable,
  jobTable,
  jobSessionTable,
  liveSessionTable,
  liveTallyTable,
  tallyDeltaTable,
  peerLineTable,
  sessionHistoryTable,
];
