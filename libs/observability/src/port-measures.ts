import { Counter, Gauge, type Registry } from 'prom-client';
import type { Parted } from './measures.port.js';

/** Label of what came from senders that were not recognised. */
export const UNKNOWN_PEER = 'unknown';

/** What the listening ports hold and refuse. */
export class PortMeasures {
  private readonly connections = new Map<string, Parted>();
  private bodies: Parted | undefined;
  readonly refusals: Counter;
  private readonly connectionsRefused: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.refusals = new Counter({
      name: 'sap2_ssp_http_refusals_total',
      help: 'Requests answered by an HTTP error instead of SSP.',
      labelNames: ['status', 'reason', 'peer'],
      registers,
    });
    this.connectionsRefused = new Counter({
      name: 'sap2_connections_refused_total',
      help: 'Connections that were closed because too many were open.',
      labelNames: ['listener', 'bound'],
      registers,
    });
    const { connections } = this;
    const open = new Gauge({
      name: 'sap2_connections_open',
      help: 'Connections that are open now.',
      labelNames: ['listener', 'of'],
      registers,
      collect: () => {
        for (const [listener, now] of connections) show(open, { listener }, now);
      },
    });
    const bytes: Gauge = new Gauge({
      name: 'sap2_ssp_body_bytes',
      help: 'Bytes of messages that are arriving or not answered yet.',
      labelNames: ['of'],
      registers,
      collect: () => {
        if (this.bodies !== undefined) show(bytes, {}, this.bodies);
      },
    });
  }

  refusal(httpStatus: number, reason: string, peer: string | undefined): void {
    this.refusals.inc({ status: String(httpStatus), reason, peer: peer ?? UNKNOWN_PEER });
  }

  connectionRefused(listener: string, bound: string): void {
    this.connectionsRefused.inc({ listener, bound });
  }

  watchConnections(listener: string, now: Parted): void {
    this.connections.set(listener, now);
  }

  watchBodies(now: Parted): void {
    this.bodies = now;
  }
}

function show(
  gauge: Gauge,
  labels: Readonly<Record<string, string>>,
  { ofStrangers, ofPeers }: Parted,
): void {
  gauge.set({ ...labels, of: 'strangers' }, ofStrangers);
  gauge.set({ ...labels, of: 'peers' }, ofPeers);
}
