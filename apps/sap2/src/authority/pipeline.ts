import type { Config } from '@sap2/config';
import { LedgerUnavailableError } from '@sap2/identity-store';
import type { EventLog, Measures } from '@sap2/observability';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import type { Gate } from '../listeners/gate.js';
import type { HeldLines } from '../listeners/line-a-minute.js';
import { dispatchTable } from '../ssp/dispatch-table.js';
import { FailureAnswers } from '../ssp/failure-answers.js';
import { MessagesAtWork } from '../ssp/messages-at-work.js';
import { pipeline } from '../ssp/pipeline.js';
import { SpeakerHints } from '../ssp/speaker-hints.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';

const isOperatingFailure = (error: unknown): boolean =>
  error instanceof LiveStoreUnavailableError || error instanceof LedgerUnavailableError;

export const makeFailureAnswers = (log: EventLog): FailureAnswers =>
  new FailureAnswers(log, isOperatingFailure);

export interface PipelineParts {
  readonly ports: Ports;
  readonly sessions: SessionUseCases;
  readonly peers: Peers;
  readonly gate: Gate;
  readonly failures: FailureAnswers;
  readonly config: Config;
  readonly log: EventLog;
  readonly heldLines: HeldLines;
  readonly measures: Measures;
}

/** What answers the messages of peers. */
export function makePipeline({ ports, sessions, peers, config, ...parts }: PipelineParts) {
  const { LiveSessions: live, SspSessions: sspSessions, DisconnectOutbox: outbox } = ports;
  const hints = new SpeakerHints();
  return pipeline({
    ...parts,
    ...peers,
    outbox,
    hints,
    atWork: new MessagesAtWork(),
    usualLimits: {
      requestsPerSecond: config.peerRequestRate || undefined,
      loginsPerSecond: config.peerLoginRate || undefined,
      inFlight: config.peerInFlight,
    },
    table: dispatchTable({ ...sessions, live, sspSessions, hints }),
    bodyLimitBytes: config.sspBodyLimitBytes,
  });
}
