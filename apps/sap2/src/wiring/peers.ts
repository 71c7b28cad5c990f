import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import type { EventLog, Measures } from '@sap2/observability';
import {
  AGREEMENTS,
  type Agreements,
  CallbackInitiator,
  OUTGOING_SETUPS,
  type OutgoingSetups,
  type OwnSetUpEvent,
  PEER_TRANSPORT,
  PeerNetworks,
  PeerRecogniser,
  type PeerTransport,
  DEFAULT_REPETITION_TIMES,
  ReceiptedMessages,
  Repetition,
  type SetUpLimits,
  SETUPS,
  type Setups,
  type SetUpEvent,
  SetUpInitiator,
  SetUpProbe,
  SetUpResponder,
  SSP_SESSIONS,
  type SspSessions,
  TRANSACTION_LEDGER,
  type TransactionLedger,
  UndiciPeerTransport,
} from '@sap2/peer-link';
import { DISCONNECT_OUTBOX, type DisconnectOutbox, type ServiceID } from '@sap2/session-core';
import { TlsDoors } from '../doors/tls/tls-doors.js';
import { crashing } from './crash-points.js';
import { provide } from './provide.js';
import { systemClock, systemRandomness } from './system.js';
import { CONFIG, EVENT_LOG, IDENTITY_STORE, MEASURES } from './tokens.js';

const setUpLimits = (config: Config): SetUpLimits => ({
  unfinishedPerPeer: config.setupsPerPeer,
  sessionsPerPeer: config.sspSessionsPerPeer,
  timeToLiveS: config.sspSessionTtlS,
});

const isLoopback = (bind: string): boolean =>
  bind === 'localhost' || bind === '::1' || bind.startsWith('127.');

/** A peer that did not support disconnects may do so after its set-up (ssp-binding §5). */
const trySupportAgain = (outbox: DisconnectOutbox, log: EventLog) => (peer: string) => {
  outbox
    .setSupport(peer as ServiceID, 'on-trial')
    .catch((error: unknown) => log.warn('store_unavailable', { peer, error }));
};

/** SAP to SAP: who speaks, and what was said already. */
export const PEER_PROVIDERS = [
  provide(
    PeerNetworks,
    ({ peerNetworks, peerHttp, bind }: Config) =>
      // Where only this machine can reach us, it is the peers that are on it.
      new PeerNetworks(peerNetworks ?? (isLoopback(bind) ? ['loopback'] : []), peerHttp),
    CONFIG,
  ),
  provide(
    PEER_TRANSPORT,
    (config: Config, networks: PeerNetworks, tls: TlsDoors) => {
      const transport = new UndiciPeerTransport({ networks, tls: () => tls.calls.context });
      return crashing(PEER_TRANSPORT, transport, config.faultInjection);
    },
    CONFIG,
    PeerNetworks,
    TlsDoors,
  ),
  provide(
    SetUpResponder,
    (
      agreements: Agreements,
      setups: Setups,
      sspSessions: SspSessions,
      log: EventLog,
      measures: Measures,
      config: Config,
      outbox: DisconnectOutbox,
    ) => {
      const tryAgain = trySupportAgain(outbox, log);
      const report = ({ outcome, peer, transactionID, primitive }: SetUpEvent): void => {
        measures.setUp(outcome);
        const level = outcome === 'opened' ? 'event' : 'warn';
        log[level]('ssp_session_set_up', { outcome, peer, transactionId: transactionID, primitive });
        if (outcome === 'opened' && peer !== undefined) tryAgain(peer);
      };
      return new SetUpResponder(
        agreements,
        setups,
        sspSessions,
        systemRandomness,
        report,
        setUpLimits(config),
      );
    },
    AGREEMENTS,
    SETUPS,
    SSP_SESSIONS,
    EVENT_LOG,
    MEASURES,
    CONFIG,
    DISCONNECT_OUTBOX,
  ),
  provide(
    ReceiptedMessages,
    (transport: PeerTransport, config: Config) =>
      new ReceiptedMessages(transport, (ms) => wait(ms), config.pushDeadlineMs),
    PEER_TRANSPORT,
    CONFIG,
  ),
  provide(
    CallbackInitiator,
    (
      agreements: Agreements,
      setups: OutgoingSetups,
      sspSessions: SspSessions,
      messages: ReceiptedMessages,
      log: EventLog,
      config: Config,
      outbox: DisconnectOutbox,
    ) => {
      const tryAgain = trySupportAgain(outbox, log);
      const report = ({ outcome, peer, transactionID, detail }: OwnSetUpEvent): void => {
        const level = outcome === 'opened' ? 'event' : 'warn';
        log[level]('own_ssp_session_set_up', { outcome, peer, transactionId: transactionID, detail });
        if (outcome === 'opened') tryAgain(peer);
      };
      return new CallbackInitiator(
        agreements,
        setups,
        sspSessions,
        messages,
        systemRandomness,
        (ms) => wait(ms),
        report,
        setUpLimits(config),
      );
    },
    AGREEMENTS,
    OUTGOING_SETUPS,
    SSP_SESSIONS,
    ReceiptedMessages,
    EVENT_LOG,
    CONFIG,
    DISCONNECT_OUTBOX,
  ),
  provide(
    SetUpInitiator,
    (sspSessions: SspSessions, transport: PeerTransport, inCallbackMode: CallbackInitiator, config: Config) =>
      new SetUpInitiator(sspSessions, transport, systemRandomness, inCallbackMode, setUpLimits(config)),
    SSP_SESSIONS,
    PEER_TRANSPORT,
    CallbackInitiator,
    CONFIG,
  ),
  provide(
    SetUpProbe,
    (
      sspSessions: SspSessions,
      outgoingSetups: OutgoingSetups,
      transport: PeerTransport,
      callbacks: CallbackInitiator,
      config: Config,
    ) => {
      const pause = (ms: number): Promise<void> => wait(ms);
      const system = { randomness: systemRandomness, clock: systemClock, pause };
      return new SetUpProbe(
        { sspSessions, outgoingSetups, transport, callbacks, ...system },
        setUpLimits(config),
      );
    },
    SSP_SESSIONS,
    OUTGOING_SETUPS,
    PEER_TRANSPORT,
    CallbackInitiator,
    CONFIG,
  ),
  provide(
    PeerRecogniser,
    (sspSessions: SspSessions, agreements: Agreements) => new PeerRecogniser(sspSessions, agreements),
    SSP_SESSIONS,
    AGREEMENTS,
  ),
  provide(
    Repetition,
    (ledger: TransactionLedger, identity: IdentityStore, config: Config) =>
      new Repetition(ledger, identity.vault.deriveKey('repetition'), (ms) => wait(ms), {
        ...DEFAULT_REPETITION_TIMES,
        keepMs: config.repetitionKeepS * 1000,
      }),
    TRANSACTION_LEDGER,
    IDENTITY_STORE,
    CONFIG,
  ),
];
