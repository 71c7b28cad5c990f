import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import {
  CallbackInitiator,
  DEFAULT_REPETITION_TIMES,
  PeerNetworks,
  PeerRecogniser,
  type PeerTransport,
  ReceiptedMessages,
  RememberedSspSessions,
  Repetition,
  SetUpInitiator,
  SetUpProbe,
  SetUpResponder,
  UndiciPeerTransport,
} from '@sap2/peer-link';
import { reportOwnSetUps, reportSetUps } from '../reports/set-up-report.js';
import { crashing } from '../reports/watched-ports.js';
import { type Base, pause, steadyClock, systemClock, systemRandomness } from './base.js';
import type { Ports } from './ports.js';

const isLoopback = (bind: string): boolean =>
  bind === 'localhost' || bind === '::1' || bind.startsWith('127.');

/** Where only this machine can reach us, the peers are on it. */
const networksOf = ({ peerNetworks, peerHttp, bind }: Config): PeerNetworks =>
  new PeerNetworks(peerNetworks ?? (isLoopback(bind) ? ['loopback'] : []), peerHttp);

export type Peers = ReturnType<typeof makePeers>;

/** SAP to SAP: who speaks, and what was said already. */
export function makePeers(base: Base, ports: Ports, vault: Pick<IdentityStore['vault'], 'deriveKey'>) {
  const { config, tls } = base;
  const networks = networksOf(config);
  const calls = new UndiciPeerTransport({ networks, tls: () => tls.calls.context });
  const transport: PeerTransport = crashing('PeerTransport', calls, config.faultInjection);
  const messages = new ReceiptedMessages(transport, pause, config.pushDeadlineMs);
  const { Agreements: agreements, SspSessions: sspSessions } = ports;
  const needs = {
    agreements,
    sspSessions,
    setups: ports.Setups,
    outgoingSetups: ports.OutgoingSetups,
    transport,
    messages,
    randomness: systemRandomness,
    clock: systemClock,
    pause,
    limits: {
      unfinishedPerPeer: config.setupsPerPeer,
      sessionsPerPeer: config.sspSessionsPerPeer,
      timeToLiveS: config.sspSessionTtlS,
    },
  };
  const callbacks = new CallbackInitiator({
    ...needs,
    report: reportOwnSetUps(base, ports.DisconnectOutbox),
  });
  return {
    networks,
    transport,
    messages,
    callbackInitiator: callbacks,
    responder: new SetUpResponder({ ...needs, report: reportSetUps(base, ports.DisconnectOutbox) }),
    initiator: new SetUpInitiator({ ...needs, callbacks }),
    probe: new SetUpProbe({ ...needs, callbacks }),
    recogniser: new PeerRecogniser(new RememberedSspSessions(sspSessions, steadyClock), agreements),
    repetition: new Repetition(ports.TransactionLedger, vault.deriveKey('repetition'), pause, {
      ...DEFAULT_REPETITION_TIMES,
      keepMs: config.repetitionKeepS * 1000,
    }),
    /** Ends what is being said to peers. */
    close: () => calls.close(),
  };
}
