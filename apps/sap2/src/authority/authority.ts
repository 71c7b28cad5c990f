import type { Config } from '@sap2/config';
import { type EventLog, PrometheusMeasures } from '@sap2/observability';
import { Gate } from '../listeners/gate.js';
import { HeldLines } from '../listeners/line-a-minute.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';
import { HealthProbes } from '../health/health-probes.js';
import { SampledReadings } from '../health/sampled-readings.js';
import { JobsWorker } from '../loops/jobs.worker.js';
import type { Stores } from '../open-stores.js';
import { makeAnchorPlaces } from './anchor-places.js';
import { makeAdministration } from './administration.js';
import { connectStores } from './connected-stores.js';
import { makeDelivery } from './delivery.js';
import { makeFailureAnswers, makePipeline } from './pipeline.js';
import { makeLoops } from './loops.js';
import { makePeers } from './peers.js';
import { makePorts } from './ports.js';
import { makeSessions } from './sessions.js';

export type Authority = Awaited<ReturnType<typeof makeAuthority>>;

/**
 * The whole of SAP 2 without a listener: stores, ports, use cases, loops, each made by one typed function. Nest comes
 * after it, with the listeners.
 *
 * @throws what the stores throw when they cannot be reached
 */
export async function makeAuthority(config: Config, stores: Stores, log: EventLog, tls: TlsListeners) {
  const measures = new PrometheusMeasures();
  const connected = await connectStores(config, stores, log, measures);
  const { identity, live } = connected;
  const deriveKey = (purpose: string): Uint8Array => identity.vault.deriveKey(purpose);
  const heldLines = new HeldLines(log);
  const gate = new Gate(config.maxInFlight);
  const failures = makeFailureAnswers(log);
  const ports = makePorts(connected, config, measures);
  const sessions = makeSessions(ports, config, log, measures);
  const peers = makePeers({ ports, config, log, measures, tls, deriveKey });
  const pipeline = makePipeline({ ports, sessions, peers, gate, failures, config, log, heldLines, measures });
  const administration = makeAdministration(ports, sessions, peers, config, log);
  const queues = makeDelivery(ports, sessions, peers, config, log, measures);
  const jobs = new JobsWorker(administration.jobs, log);
  const anchors = makeAnchorPlaces(config, log);
  const loops = makeLoops({
    ports,
    sessions,
    queues,
    jobs,
    identity,
    anchorPlaces: anchors.places,
    gate,
    config,
    log,
    measures,
  });
  return {
    config,
    log,
    heldLines,
    measures,
    identity,
    ports,
    sessions,
    deriveKey,
    gate,
    failures,
    peers,
    pipeline,
    jobs,
    administration,
    loops,
    health: {
      probes: new HealthProbes(gate, identity, live, tls),
      readings: new SampledReadings(gate, identity, live, tls, log),
    },
    close: async (): Promise<void> => {
      heldLines.sayRest();
      await anchors.close();
      await peers.close();
      await live.close();
      await identity.close();
    },
  };
}
