import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@sap2/config';
import type { EventLog, Measures } from '@sap2/observability';
import {
  CallbackInitiator,
  DEFAULT_REPETITION_TIMES,
  type OwnSetUpEvent,
  PeerNetworks,
  PeerRecogniser,
  type PeerTransport,
  ReceiptedMessages,
  RememberedSspSessions,
  Repetition,
  type SetUpEvent,
  SetUpInitiator,
  type SetUpLimits,
  SetUpProbe,
  SetUpResponder,
  UndiciPeerTransport,
} from '@sap2/peer-link';
import type { DisconnectOutbox, ServiceID } from '@sap2/session-core';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';
import type { Ports } from './ports.js';
import { steadyClock, systemClock, systemRandomness } from './system.js';
import { crashing } from './watched-ports.js';

const wait = (ms: number): Promise<void> => pause(ms);

const setUpLimits = (config: Config): SetUpLimits => ({
  unfinishedPerPeer: config.setupsPerPeer,
  sessionsPerPeer: config.sspSessionsPerPeer,
  timeToLiveS: config.sspSessionTtlS,
});

const isLoopback = (bind: string): boolean =>
  bind === 'localhost' || bind === '::1' || bind.startsWith('127.');

/** Where only this machine can reach us, the peers are on it. */
const networksOf = ({ peerNetworks, peerHttp, bind }: Config): PeerNetworks =>
  new PeerNetworks(peerNetworks ?? (isLoopback(bind) ? ['loopback'] : []), peerHttp);

export interface PeerNeeds {
  readonly ports: Ports;
  readonly config: Config;
  readonly log: EventLog;
  readonly measures: Measures;
  readonly tls: TlsListeners;
  /** Keys for the hashes of transactions, which show repetitions. */
  readonly deriveKey: (purpose: string) => Uint8Array;
}

export type Peers = ReturnType<typeof makePeers>;

/** SAP to SAP: who speaks, and what was said already. */
export function makePeers({ ports, config, log, measures, tls, deriveKey }: PeerNeeds) {
  const { Agreements: agreements, SspSessions: sspSessions, OutgoingSetups: outgoingSetups } = ports;
  const limits = setUpLimits(config);
  const tryAgain = trySupportAgain(ports.DisconnectOutbox, log);
  const networks = networksOf(config);
  const calls = new UndiciPeerTransport({ networks, tls: () => tls.calls.context });
  const transport: PeerTransport = crashing('PeerTransport', calls, config.faultInjection);
  const messages = new ReceiptedMessages(transport, wait, config.pushDeadlineMs);
  const callbackInitiator = new CallbackInitiator(
    agreements,
    outgoingSetups,
    sspSessions,
    messages,
    systemRandomness,
    wait,
    reportOwnSetUps(log, tryAgain),
    limits,
  );
  return {
    networks,
    transport,
    messages,
    callbackInitiator,
    responder: new SetUpResponder(
      agreements,
      ports.Setups,
      sspSessions,
      systemRandomness,
      reportSetUps(log, measures, tryAgain),
      limits,
    ),
    initiator: new SetUpInitiator(sspSessions, transport, systemRandomness, callbackInitiator, limits),
    probe: new SetUpProbe(
      {
        sspSessions,
        outgoingSetups,
        transport,
        callbacks: callbackInitiator,
        randomness: systemRandomness,
        clock: systemClock,
        pause: wait,
      },
      limits,
    ),
    recogniser: new PeerRecogniser(new RememberedSspSessions(sspSessions, steadyClock), agreements),
    repetition: new Repetition(ports.TransactionLedger, deriveKey('repetition'), wait, {
      ...DEFAULT_REPETITION_TIMES,
      keepMs: config.repetitionKeepS * 1000,
    }),
    /** Ends what is being said to peers. */
    close: () => calls.close(),
  };
}

/** A peer that did not support disconnects may do so after its set-up (ssp-binding §5). */
const trySupportAgain = (outbox: DisconnectOutbox, log: EventLog) => (peer: string) => {
  outbox
    .setSupport(peer as ServiceID, 'on-trial')
    .catch((error: unknown) => log.warn('store_unavailable', { peer, error }));
};

const reportSetUps =
  (log: EventLog, measures: Measures, onOpened: (peer: string) => void) =>
  ({ outcome, peer, transactionID, primitive }: SetUpEvent): void => {
    measures.setUp(outcome);
    const level = outcome === 'opened' ? 'event' : 'warn';
    log[level]('ssp_session_set_up', { outcome, peer, transactionId: transactionID, primitive });
    if (outcome === 'opened' && peer !== undefined) onOpened(peer);
  };

const reportOwnSetUps =
  (log: EventLog, onOpened: (peer: string) => void) =>
  ({ outcome, peer, transactionID, detail }: OwnSetUpEvent): void => {
    const level = outcome === 'opened' ? 'event' : 'warn';
    log[level]('own_ssp_session_set_up', { outcome, peer, transactionId: transactionID, detail });
    if (outcome === 'opened') onOpened(peer);
  };
