import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EventLog } from '@sap2/observability';
import { SspLink } from '../ssp-link.js';
import type { SapTls } from '../tls.js';
import type { Trace } from '../trace.js';
import { openAdminServer } from './admin/admin-server.js';
import { GatewayMeasures } from './admin/gateway-measures.js';
import type { GatewaySettings, ProviderSettings } from './config/gateway-settings.js';
import { foldDomain } from './config/read-gateway-settings.js';
import { CspFront } from './front/csp-front.js';
import { FrontServer } from './front/front-server.js';
import { RequestRates } from './front/request-rates.js';
import { GatewayCore } from './gateway-core.js';
import { GatewayReport } from './gateway-report.js';
import { type GatewayTime, SYSTEM_TIME } from './gateway-time.js';
import type { OpenListener } from './listener-options.js';
import { CallbackRouter } from './providers/callback-router.js';
import { openCallbackServer } from './providers/callback-server.js';
import { StcpServer } from './stcp/stcp-server.js';

/** For one attempt; a request has time for two of them before its handset gets 504. */
const ATTEMPT_MS = 8000;
/** Connections to one SAP 2. More requests wait for a free one. */
const CONNECTIONS = 64;
/** How long the goodbye to a SAP 2 may take. */
const GOODBYE_MS = 2000;

/** A gateway at work. */
export interface Gateway {
  readonly frontPort: number;
  readonly pushesPort: number;
  readonly stcpPort: number | undefined;
  readonly adminPort: number | undefined;
  /** Answers every poll that waits, finishes what is under way, and ends the SSP sessions. */
  stop(): Promise<void>;
}

/**
 * Starts every listener. Resolves when each SAP 2 is up or known to be away.
 *
 * @param trace gets each SSP message, sent and received
 * @throws Error when a listener cannot open its port, or a file cannot be read
 */
export async function startGateway(
  settings: GatewaySettings,
  log: EventLog,
  time: GatewayTime = SYSTEM_TIME,
  trace?: Trace,
): Promise<Gateway> {
  const running = new RunningGateway(settings, log, time, trace);
  try {
    return await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
}

class RunningGateway {
  readonly #measures = new GatewayMeasures();
  readonly #report: GatewayReport;
  readonly #router: CallbackRouter;
  readonly #links: ReadonlyMap<ProviderSettings, SspLink>;
  readonly #core: GatewayCore;
  readonly #stcp: StcpServer | undefined;
  readonly #opened: OpenListener[] = [];
  #isReady = false;

  constructor(
    private readonly settings: GatewaySettings,
    private readonly log: EventLog,
    time: GatewayTime,
    trace: Trace | undefined,
  ) {
    const { serviceID, providers, node, stcp } = settings;
    this.#report = new GatewayReport(log, this.#measures);
    this.#router = new CallbackRouter(
      serviceID,
      providers,
      (peer, request) => this.#core.book.disconnected(peer, request),
      trace,
    );
    this.#links = new Map(
      providers.map((provider) => [provider, linkTo(settings, provider, this.#router, trace)]),
    );
    this.#core = new GatewayCore({
      settings: { ...settings, defaultDomain: foldDomain(settings.defaultDomain) },
      sapEpoch: `${node}:${time.nowMs().toString(36)}${randomBytes(4).toString('hex')}`,
      links: this.#links,
      time,
      report: this.#report,
    });
    this.#stcp = stcp && new StcpServer(stcp, this.#core.book);
    this.#core.wake = (session) => this.#stcp?.wake(session);
  }

  async start(): Promise<Gateway> {
    const { front, pushes, admin } = this.settings;
    const report = this.#report;
    const rates = new RequestRates(front.limits.perAddressPerS, front.limits.perUserPerS);
    const server = new FrontServer(front, new CspFront(this.#core.frontNeeds(rates)), rates, report);
    const adminPort = admin && (await this.#keep(this.#openAdmin(admin)));
    const pushesPort = await this.#keep(
      openCallbackServer(pushes, this.#router, (error) => report.failed(error)),
    );
    const stcpPort = this.#stcp && (await this.#keep(this.#stcp.open()));
    const frontPort = await this.#keep(server.open());
    await this.#core.start();
    this.#isReady = true;
    this.log.event('gateway_ready', { port: frontPort });
    return { frontPort, pushesPort, stcpPort, adminPort, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    this.#isReady = false;
    this.#core.answerPolls();
    for (const listener of this.#opened.toReversed()) await listener.close();
    this.#core.stop();
    await Promise.all(Array.from(this.#links.values(), goodbye));
    this.log.event('gateway_stopped');
  }

  async #keep(opening: Promise<OpenListener>): Promise<number> {
    const listener = await opening;
    this.#opened.push(listener);
    return listener.port;
  }

  #openAdmin(address: NonNullable<GatewaySettings['admin']>): Promise<OpenListener> {
    return openAdminServer(address, {
      book: this.#core.book,
      measures: this.#measures,
      isReady: () => this.#isReady,
      readings: () => this.#core.readings(this.#stcp?.connections ?? 0),
      providerStates: () => this.#core.providerStates(),
    });
  }
}

function linkTo(
  { serviceID }: GatewaySettings,
  provider: ProviderSettings,
  router: CallbackRouter,
  trace: Trace | undefined,
): SspLink {
  return new SspLink(
    {
      ownServiceID: serviceID,
      sharedSecret: provider.sharedSecret,
      sspUrl: provider.url,
      peerServiceID: provider.serviceID,
      deadlineMs: ATTEMPT_MS,
      connections: CONNECTIONS,
      trace,
      tls: provider.tls && tlsOf(provider.tls),
    },
    (session) => router.know(session),
  );
}

const tlsOf = ({ caFile, certificateFile, keyFile }: NonNullable<ProviderSettings['tls']>): SapTls => ({
  ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
  cert: certificateFile === undefined ? undefined : readFileSync(certificateFile, 'utf8'),
  key: keyFile === undefined ? undefined : readFileSync(keyFile, 'utf8'),
});

/** Ends the SSP session, so that SAP 2 does not push to a process that is gone. User sessions stay. */
async function goodbye(link: SspLink): Promise<void> {
  if (link.session !== undefined) {
    const said = link.ask({ kind: 'LogoutRequest' }).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
    await Promise.race([said, late]);
    clearTimeout(timer);
  }
  await link.close();
}
