import type { Config } from '@sap2/config';
import type { IdentityStore } from '@sap2/identity-store';
import * as link from '@sap2/peer-link';
import { reportOwnSetUps, reportSetUps } from '../reports/set-up-report.js';
import { crashing } from '../reports/watched-ports.js';
import { type Base, pause, steadyClock, systemClock, systemRandomness } from './base.js';
import type { Ports } from './ports.js';

const isLoopback = (bind: string): boolean =>
  bind === 'localhost' || bind === '::1' || bind.startsWith('127.');

/** Where only this machine can reach us, the peers are on it. */
const networksOf = ({ peerNetworks, peerHttp, bind }: Config): link.PeerNetworks =>
  new link.PeerNetworks(peerNetworks ?? (isLoopback(bind) ? ['loopback'] : []), peerHttp);

export type Peers = ReturnType<typeof makePeers>;

/** SAP to SAP: who speaks, and what was said already. */
export function makePeers(base: Base, ports: Ports, vault: Pick<IdentityStore['vault'], 'deriveKey'>) {
  const { config, tls } = base;
  const networks = networksOf(config);
  const calls = new link.UndiciPeerTransport({ networks, tls: () => tls.calls.context });
  const transport: link.PeerTransport = crashing('PeerTransport', calls, config.faultInjection);
  const messages = new link.ReceiptedMessages(transport, pause, config.pushDeadlineMs);
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
  const callbacks = new link.CallbackInitiator({
    ...needs,
    report: reportOwnSetUps(base, ports.DisconnectOutbox),
  });
  return {
    networks,
    transport,
    messages,
    callbackInitiator: callbacks,
    responder: new link.SetUpResponder({ ...needs, report: reportSetUps(base, ports.DisconnectOutbox) }),
    initiator: new link.SetUpInitiator({ ...needs, callbacks }),
    probe: new link.SetUpProbe({ ...needs, callbacks }),
    recogniser: new link.PeerRecogniser(new link.RememberedSspSessions(sspSessions, steadyClock), agreements),
    repetition: new link.Repetition(ports.TransactionLedger, vault.deriveKey('repetition'), pause, {
      ...link.DEFAULT_REPETITION_TIMES,
      keepMs: config.repetitionKeepS * 1000,
    }),
    /** Ends what is being said to peers. */
    close: () => calls.close(),
  };
}
