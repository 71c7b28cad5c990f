import { LedgerUnavailableError } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { reportLogins } from '../reports/login-report.js';
import { dispatchTable } from '../ssp/dispatch-table.js';
import { FailureAnswers } from '../ssp/failure-answers.js';
import { MessagesAtWork } from '../ssp/messages-at-work.js';
import { pipeline } from '../ssp/pipeline.js';
import { SpeakerHints } from '../ssp/speaker-hints.js';
import type { Base } from './base.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';

const isOperatingFailure = (error: unknown): boolean =>
  error instanceof LiveStoreUnavailableError || error instanceof LedgerUnavailableError;

export const makeFailureAnswers = (log: EventLog): FailureAnswers =>
  new FailureAnswers(log, isOperatingFailure);

/** What answers the messages of peers. */
export function makePipeline(
  { config, ...base }: Base,
  { LiveSessions: live, SspSessions: sspSessions, DisconnectOutbox: outbox, Directory: directory }: Ports,
  sessions: SessionUseCases,
  peers: Peers,
  failures: FailureAnswers,
) {
  const hints = new SpeakerHints();
  return pipeline({
    ...base,
    ...peers,
    failures,
    outbox,
    directory,
    hints,
    atWork: new MessagesAtWork(),
    loginWaitMs: config.loginWaitMs,
    usualLimits: {
      requestsPerSecond: config.peerRequestRate || undefined,
      loginsPerSecond: config.peerLoginRate || undefined,
      inFlight: config.peerInFlight,
    },
    table: dispatchTable({
      ...sessions,
      live,
      sspSessions,
      hints,
      measures: base.measures,
      reportLogin: reportLogins(base.log),
    }),
    bodyLimitBytes: config.sspBodyLimitBytes,
  });
}
