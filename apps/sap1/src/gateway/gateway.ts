import { randomBytes } from 'node:crypto';
import type { EventLog } from '@sap2/observability';
import type { SspSession } from '../open-ssp-session.js';
import type { Trace } from '../trace.js';
import { openAdminServer } from './admin/admin-server.js';
import { GatewayMeasures } from './admin/gateway-measures.js';
import type { GatewaySettings } from './config/gateway-settings.js';
import { foldDomain } from './config/read-gateway-settings.js';
import { CspFront } from './front/csp-front.js';
import { FrontServer } from './front/front-server.js';
import { RequestRates } from './front/request-rates.js';
import { GatewayCore } from './gateway-core.js';
import { GatewayLinks } from './gateway-links.js';
import { GatewayReport } from './gateway-report.js';
import { type GatewayTime, SYSTEM_TIME } from './gateway-time.js';
import type { OpenListener } from './listener-options.js';
import { CallbackRouter } from './providers/callback-router.js';
import { openCallbackServer } from './providers/callback-server.js';
import { StcpServer } from './stcp/stcp-server.js';

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
  readonly #links: GatewayLinks;
  readonly #core: GatewayCore;
  readonly #stcp: StcpServer | undefined;
  readonly #serviceListeners: OpenListener[] = [];
  readonly #handsetListeners: OpenListener[] = [];
  #isReady = false;

  constructor(
    private readonly settings: GatewaySettings,
    private readonly log: EventLog,
    time: GatewayTime,
    trace: Trace | undefined,
  ) {
    const { serviceID, providers, node, stcp } = settings;
    this.#report = new GatewayReport(log, this.#measures);
    const onSession = (session: SspSession): void => this.#router.know(session);
    this.#links = new GatewayLinks(settings, time, this.#report, onSession, trace);
    this.#router = new CallbackRouter({
      ownServiceID: serviceID,
      providers,
      time,
      onDisconnect: (peer, request) => this.#core.book.disconnected(peer, request),
      waysOf: (peer) => this.#links.waysOf(peer),
      trace,
    });
    this.#core = new GatewayCore({
      settings: { ...settings, defaultDomain: foldDomain(settings.defaultDomain) },
      sapEpoch: `${node}:${time.nowMs().toString(36)}${randomBytes(4).toString('hex')}`,
      links: this.#links.all,
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
    const [services, handsets] = [this.#serviceListeners, this.#handsetListeners];
    const adminPort = admin && (await keep(services, this.#openAdmin(admin)));
    const pushesServer = openCallbackServer(pushes, this.#router, (error) => report.failed(error));
    const pushesPort = await keep(services, pushesServer);
    const stcpPort = this.#stcp && (await keep(handsets, this.#stcp.open()));
    const frontPort = await keep(handsets, server.open());
    await this.#core.start();
    this.#isReady = true;
    this.log.event('gateway_ready', { port: frontPort });
    return { frontPort, pushesPort, stcpPort, adminPort, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    this.#isReady = false;
    this.#core.answerPolls();
    for (const listener of this.#handsetListeners.toReversed()) await listener.close();
    this.#core.stop();
    // In callback mode the answer to the goodbye comes by the listener for pushes.
    await this.#links.goodbye();
    for (const listener of this.#serviceListeners.toReversed()) await listener.close();
    this.log.event('gateway_stopped');
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

async function keep(opened: OpenListener[], opening: Promise<OpenListener>): Promise<number> {
  const listener = await opening;
  opened.push(listener);
  return listener.port;
}
