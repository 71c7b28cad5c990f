import type { Config } from '@sap2/config';
import { type IdentityStore, LedgerUnavailableError } from '@sap2/identity-store';
import type { LiveStore } from '@sap2/live-store';
import { type EventLog, type Measures, PrometheusMeasures } from '@sap2/observability';
import {
  CallbackInitiator,
  PeerRecogniser,
  ReceiptedMessages,
  Repetition,
  SetUpResponder,
  SSP_SESSIONS,
  type SspSessions,
} from '@sap2/peer-link';
import {
  Admission,
  BeginLogin,
  CompleteLogin,
  DISCONNECT_OUTBOX,
  type DisconnectOutbox,
  GetSpInfo,
  KeepAlive,
  LIVE_SESSIONS,
  type LiveSessions,
  LiveStoreUnavailableError,
  LogOut,
  NegotiateServices,
  type SessionPolicy,
  Sync,
} from '@sap2/session-core';
import { Gate } from '../doors/gate.js';
import { TlsDoors } from '../doors/tls/tls-doors.js';
import { HealthProbes } from '../health/health-probes.js';
import { SampledReadings } from '../health/sampled-readings.js';
import { DisconnectAnswers } from '../ssp/disconnect-answers.js';
import { dispatchTable } from '../ssp/dispatch-table.js';
import { FailureAnswers } from '../ssp/failure-answers.js';
import { CallbackAnswers } from '../ssp/callback-answers.js';
import { Inbox } from '../ssp/inbox.js';
import { PeerAdmission } from '../ssp/peer-admission.js';
import { provide } from './provide.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE, LIVE_STORE, MEASURES, SESSION_POLICY } from './tokens.js';

const DISPATCH_TABLE = Symbol('DispatchTable');

const isOperatingFailure = (error: unknown): boolean =>
  error instanceof LiveStoreUnavailableError || error instanceof LedgerUnavailableError;

/** What the doors share: the gate, the pipeline, the probes. */
export const DOOR_PROVIDERS = [
  provide(Gate, (config: Config) => new Gate(config.maxInFlight), CONFIG),
  provide(FailureAnswers, (log: EventLog) => new FailureAnswers(log, isOperatingFailure), EVENT_LOG),
  provide(
    DISPATCH_TABLE,
    (
      admission: Admission,
      beginLogin: BeginLogin,
      completeLogin: CompleteLogin,
      logOut: LogOut,
      keepAlive: KeepAlive,
      sync: Sync,
      getSpInfo: GetSpInfo,
      negotiate: NegotiateServices,
      policy: SessionPolicy,
      live: LiveSessions,
      sspSessions: SspSessions,
    ) =>
      dispatchTable({
        admission,
        beginLogin,
        completeLogin,
        logOut,
        keepAlive,
        sync,
        getSpInfo,
        negotiate,
        policy,
        live,
        sspSessions,
      }),
    Admission,
    BeginLogin,
    CompleteLogin,
    LogOut,
    KeepAlive,
    Sync,
    GetSpInfo,
    NegotiateServices,
    SESSION_POLICY,
    LIVE_SESSIONS,
    SSP_SESSIONS,
  ),
  provide(
    CallbackAnswers,
    (messages: ReceiptedMessages, log: EventLog) => new CallbackAnswers(messages, log),
    ReceiptedMessages,
    EVENT_LOG,
  ),
  provide(
    DisconnectAnswers,
    (outbox: DisconnectOutbox, log: EventLog, measures: Measures) =>
      new DisconnectAnswers(outbox, log, measures),
    DISCONNECT_OUTBOX,
    EVENT_LOG,
    MEASURES,
  ),
  provide(
    PeerAdmission,
    (gate: Gate, config: Config, measures: Measures) =>
      new PeerAdmission(
        gate,
        {
          requestsPerSecond: config.peerRequestRate || undefined,
          loginsPerSecond: config.peerLoginRate || undefined,
          inFlight: config.peerInFlight,
        },
        measures,
      ),
    Gate,
    CONFIG,
    MEASURES,
  ),
  provide(
    Inbox,
    (
      gate: Gate,
      setUp: SetUpResponder,
      ownSetUps: CallbackInitiator,
      recogniser: PeerRecogniser,
      admission: PeerAdmission,
      repetition: Repetition,
      table: ReturnType<typeof dispatchTable>,
      disconnectAnswers: DisconnectAnswers,
      failures: FailureAnswers,
      callbacks: CallbackAnswers,
      measures: Measures,
      log: EventLog,
      config: Config,
    ) =>
      new Inbox(
        gate,
        setUp,
        ownSetUps,
        recogniser,
        admission,
        repetition,
        table,
        disconnectAnswers,
        failures,
        callbacks,
        measures,
        config.sspBodyLimitBytes,
        (peer, outcome) => log.warn('ssp_message_misfit', { peer, outcome }),
      ),
    Gate,
    SetUpResponder,
    CallbackInitiator,
    PeerRecogniser,
    PeerAdmission,
    Repetition,
    DISPATCH_TABLE,
    DisconnectAnswers,
    FailureAnswers,
    CallbackAnswers,
    MEASURES,
    EVENT_LOG,
    CONFIG,
  ),
  provide(
    HealthProbes,
    (gate: Gate, identity: IdentityStore, live: LiveStore, tls: TlsDoors) =>
      new HealthProbes(gate, identity, live, tls),
    Gate,
    IDENTITY_STORE,
    LIVE_STORE,
    TlsDoors,
  ),
  provide(MEASURES, () => new PrometheusMeasures()),
  provide(
    SampledReadings,
    (gate: Gate, identity: IdentityStore, live: LiveStore, tls: TlsDoors, log: EventLog) =>
      new SampledReadings(gate, identity, live, tls, log),
    Gate,
    IDENTITY_STORE,
    LIVE_STORE,
    TlsDoors,
    EVENT_LOG,
  ),
];
