import type { Config } from '@sap2/config';
import { Positions } from '@sap2/event-feed';
import { type EventLog, PrometheusMeasures } from '@sap2/observability';
import { Gate } from '../listeners/gate.js';
import { HeldLines } from '../listeners/line-a-minute.js';
import type { TlsListeners } from '../listeners/tls/tls-listeners.js';
import { makeAnchorPlaces } from '../loops/anchor-places.js';
import { JobsWorker } from '../loops/jobs.worker.js';
import { connectStores } from '../connect-stores.js';
import { VERSION } from '../version.js';
import type { Stores } from '../open-stores.js';
import { makeAdministration } from './administration.js';
import { makeDelivery } from './delivery.js';
import { makeElements, makeSharedSignals } from './elements.js';
import { makeFailureAnswers, makePipeline } from './pipeline.js';
import { makeLoops } from './loops.js';
import { makePeers } from './peers.js';
import { makePorts } from './ports.js';
import { makeSessions } from './sessions.js';
import { makeUserDirectories } from './user-directories.js';
import { makeWebhooks } from './webhooks.js';

export type Authority = Awaited<ReturnType<typeof makeAuthority>>;

/**
 * The whole of SAP 2 without a listener: stores, ports, use cases, loops, each made by one typed function. Nest comes
 * after it, with the listeners.
 *
 * @throws what the stores throw when they cannot be reached
 */
export async function makeAuthority(config: Config, stores: Stores, log: EventLog, tls: TlsListeners) {
  const base = {
    config,
    log,
    heldLines: new HeldLines(log),
    measures: new PrometheusMeasures(),
    gate: new Gate(config.maxInFlight),
    tls,
  };
  base.measures.built(VERSION, process.versions.node);
  const { identity, live } = await connectStores(base, stores);
  base.measures.watchHashes(identity.credentials);
  const ports = makePorts(base, identity, live);
  const peers = makePeers(base, ports, identity.vault);
  const userDirectories = makeUserDirectories(base, identity.directory, peers.networks);
  const sessions = makeSessions(base, ports, userDirectories.directories);
  const failures = makeFailureAnswers(log);
  const positions = new Positions(identity.vault.deriveKey('positions'));
  const webhooks = makeWebhooks(base, ports, peers.networks, positions);
  const administration = makeAdministration(base, ports, sessions, peers, webhooks, positions);
  const jobs = new JobsWorker(administration.jobs, log);
  const delivery = makeDelivery(base, ports, sessions, peers);
  const anchors = makeAnchorPlaces(config, log);
  return {
    ...base,
    identity,
    live,
    ports,
    sessions,
    peers,
    failures,
    pipeline: makePipeline(base, ports, sessions, peers, failures),
    administration,
    elements: makeElements(base, ports, positions),
    sharedSignals: makeSharedSignals(base, ports, administration),
    /** Of events, as readers see them. */
    positions,
    jobs,
    loops: makeLoops(base, ports, sessions, { identity, anchors: anchors.places, jobs, delivery, webhooks }),
    close: async (): Promise<void> => {
      base.heldLines.sayRest();
      await anchors.close();
      await webhooks.close();
      await userDirectories.close();
      await peers.close();
      await live.close();
      await identity.close();
    },
  };
}
