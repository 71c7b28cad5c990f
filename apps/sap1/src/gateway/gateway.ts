import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EventLog } from '@sap2/observability';
import { SspLink } from '../ssp-link.js';
import type { SapTls } from '../tls.js';
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
 * @throws Error when a listener cannot open its port, or a file cannot be read
 */
export async function startGateway(
  settings: GatewaySettings,
  log: EventLog,
  time: GatewayTime = SYSTEM_TIME,
): Promise<Gateway> {
  const measures = new GatewayMeasures();
  const report = new GatewayReport(log, measures);
  const router = new CallbackRouter(settings.serviceID, settings.providers, (serviceID, request) =>
    core.book.disconnected(serviceID, request),
  );
  const links = new Map(settings.providers.map((provider) => [provider, linkTo(settings, provider, router)]));
  const core: GatewayCore = new GatewayCore({
    settings: { ...settings, defaultDomain: foldDomain(settings.defaultDomain) },
    sapEpoch: `${settings.node}:${time.nowMs().toString(36)}${randomBytes(4).toString('hex')}`,
    links,
    time,
    report,
  });
  const stcp = settings.stcp && new StcpServer(settings.stcp, core.book);
  core.wake = (session) => stcp?.wake(session);
  const { perAddressPerS, perUserPerS } = settings.front.limits;
  const rates = new RequestRates(perAddressPerS, perUserPerS);
  const front = new FrontServer(settings.front, new CspFront(core.frontNeeds(rates)), rates, report);

  let isReady = false;
  const opened: OpenListener[] = [];
  const keep = async (opening: Promise<OpenListener>): Promise<number> => {
    const listener = await opening;
    opened.push(listener);
    return listener.port;
  };
  const adminPort =
    settings.admin &&
    (await keep(
      openAdminServer(settings.admin, {
        book: core.book,
        measures,
        isReady: () => isReady,
        readings: () => core.readings(stcp?.connections ?? 0),
        providerStates: () => core.providerStates(),
      }),
    ));
  const pushesPort = await keep(
    openCallbackServer(settings.pushes, router, (error) => report.failed(error)),
  );
  const stcpPort = stcp && (await keep(stcp.open()));
  const frontPort = await keep(front.open());
  await core.start();
  isReady = true;
  log.event('gateway_ready', { port: frontPort });
  return {
    frontPort,
    pushesPort,
    stcpPort,
    adminPort,
    stop: async () => {
      isReady = false;
      core.answerPolls();
      for (const listener of opened.toReversed()) await listener.close();
      core.stop();
      await Promise.all(Array.from(links.values(), goodbye));
      log.event('gateway_stopped');
    },
  };
}

function linkTo({ serviceID }: GatewaySettings, provider: ProviderSettings, router: CallbackRouter): SspLink {
  return new SspLink(
    {
      ownServiceID: serviceID,
      sharedSecret: provider.sharedSecret,
      sspUrl: provider.url,
      peerServiceID: provider.serviceID,
      deadlineMs: ATTEMPT_MS,
      connections: CONNECTIONS,
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
