import type { Config } from '@sap2/config';
import { LedgerUnavailableError } from '@sap2/identity-store';
import { type EventLog, type Measures, sessionTag } from '@sap2/observability';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import type { Gate } from '../doors/gate.js';
import { LineAMinute, sayLeftOut } from '../doors/line-a-minute.js';
import { CallbackAnswers } from '../ssp/callback-answers.js';
import { DisconnectAnswers } from '../ssp/disconnect-answers.js';
import { dispatchTable } from '../ssp/dispatch-table.js';
import { FailureAnswers } from '../ssp/failure-answers.js';
import { Inbox } from '../ssp/inbox.js';
import { PeerAdmission } from '../ssp/peer-admission.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';

const isOperatingFailure = (error: unknown): boolean =>
  error instanceof LiveStoreUnavailableError || error instanceof LedgerUnavailableError;

export const makeFailureAnswers = (log: EventLog): FailureAnswers =>
  new FailureAnswers(log, isOperatingFailure);

export interface InboxNeeds {
  readonly ports: Ports;
  readonly sessions: SessionUseCases;
  readonly peers: Peers;
  readonly gate: Gate;
  readonly failures: FailureAnswers;
  readonly config: Config;
  readonly log: EventLog;
  readonly measures: Measures;
}

/** What answers the messages of peers. */
export function makeInbox(needs: InboxNeeds): Inbox {
  const { ports, sessions, peers, gate, failures, config, log, measures } = needs;
  const limits = {
    requestsPerSecond: config.peerRequestRate || undefined,
    loginsPerSecond: config.peerLoginRate || undefined,
    inFlight: config.peerInFlight,
  };
  const lines = new LineAMinute(sayLeftOut(log));
  return new Inbox({
    gate,
    setUp: peers.responder,
    ownSetUps: peers.callbackInitiator,
    recogniser: peers.recogniser,
    admission: new PeerAdmission(gate, limits, measures),
    repetition: peers.repetition,
    table: dispatchTable({ ...sessions, live: ports.LiveSessions, sspSessions: ports.SspSessions }),
    disconnectAnswers: new DisconnectAnswers(ports.DisconnectOutbox, log, measures),
    failures,
    callbacks: new CallbackAnswers(peers.messages, log),
    measures,
    bodyLimitBytes: config.sspBodyLimitBytes,
    reportMisfit: (peer, outcome) => log.warn('ssp_message_misfit', { peer, outcome }),
    reportUnknown: (sessionID, address) =>
      lines.happened(`unknown ${address}`, (count) =>
        log.warn('ssp_session_unknown', {
          httpStatus: 403,
          session: sessionTag(sessionID),
          count,
          detail: `a message from ${address} names an SSP session that is not up; its sender has to set up a new one`,
        }),
      ),
    reportUnsupported: (peer) =>
      lines.happened(`unsupported ${peer}`, (count) =>
        log.warn('ssp_primitive_unknown', { peer, code: 405, count }),
      ),
  });
}
