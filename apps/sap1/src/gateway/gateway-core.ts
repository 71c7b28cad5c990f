import type { GatewayReadings } from './admin/gateway-measures.js';
import type { GatewaySettings, ProviderSettings } from './config/gateway-settings.js';
import { clientSlot, type FrontNeeds, sessionSlot } from './front/csp-front.js';
import { type Challenge, LoginHandler } from './front/login.handler.js';
import { PollingHandler } from './front/polling.handler.js';
import { RepeatedMessages } from './front/repeated-messages.js';
import type { RequestRates } from './front/request-rates.js';
import { isEnd, SessionHandlers } from './front/session.handlers.js';
import { UnseenSessions } from './front/unseen-sessions.js';
import { UserRoutes } from './front/user-routes.js';
import type { GatewayReport } from './gateway-report.js';
import type { GatewayTime } from './gateway-time.js';
import { KeepAliveWindow } from './providers/keep-alive-window.js';
import { Provider, type ProviderState, type SapLink } from './providers/provider.js';
import type { ProviderDesk } from './providers/provider-desk.js';
import { StateSync } from './providers/state-sync.js';
import type { CspSession, EndCode } from './sessions/csp-session.js';
import { ExpiringMap } from './sessions/expiring-map.js';
import { SessionBook } from './sessions/session-book.js';

/** A nonce of SAP 2 lives this long (ssp-binding §4.1). */
const CHALLENGE_MS = 120_000;
const MAX_CHALLENGES = 100_000;

export interface CoreNeeds {
  readonly settings: GatewaySettings;
  /** `node:incarnation` (ssp-binding §4.3). */
  readonly sapEpoch: string;
  readonly links: ReadonlyMap<ProviderSettings, SapLink>;
  readonly time: GatewayTime;
  readonly report: GatewayReport;
}

/** Everything of the gateway but its listeners: the sessions, each SAP 2, and the handlers between them. */
export class GatewayCore {
  readonly book: SessionBook;
  readonly #desks: readonly ProviderDesk[];
  readonly #routes: UserRoutes;
  readonly #challenges: ExpiringMap<Challenge>;
  readonly #repeated: RepeatedMessages;
  readonly #polling: PollingHandler;
  /** Wakes a handset by other means than a poll. */
  wake: (session: CspSession) => void = () => undefined;

  constructor(private readonly needs: CoreNeeds) {
    const { time, settings, links } = needs;
    this.book = new SessionBook(time, {
      renew: (session) => void this.#renew(session),
      wake: (session) => this.wake(session),
      ended: (session, code, by) => this.#ended(session, code, by),
    });
    const desks = Array.from(links, ([provider, link]) => [provider, this.#deskOf(provider, link)] as const);
    this.#desks = desks.map(([, desk]) => desk);
    const byDomain = desks.flatMap(([{ domains }, desk]) => domains.map((domain) => [domain, desk] as const));
    this.#routes = new UserRoutes(new Map(byDomain), settings.defaultDomain);
    this.#challenges = new ExpiringMap(time, CHALLENGE_MS, MAX_CHALLENGES);
    this.#repeated = new RepeatedMessages(time);
    this.#polling = new PollingHandler(this.book, time, settings.front.longPollS);
  }

  /** Resolves when each SAP 2 is up or known to be away. Each learns that an earlier life of this process is over. */
  async start(): Promise<void> {
    for (const { sync } of this.#desks) sync.begin();
    await Promise.all(this.#desks.map(({ provider }) => provider.start()));
  }

  answerPolls(): void {
    this.#polling.close();
    for (const { keepAlives } of this.#desks) keepAlives.flush();
    this.book.close();
  }

  stop(): void {
    for (const { provider, sync } of this.#desks) {
      sync.stop();
      provider.stop();
    }
    this.book.close();
    this.#challenges.clear();
    this.#repeated.clear();
  }

  providerStates(): Readonly<Record<string, ProviderState>> {
    return Object.fromEntries(this.#desks.map(({ serviceID, provider }) => [serviceID, provider.state]));
  }

  readings(stcpConnections: number): GatewayReadings {
    return {
      sessions: this.book.size,
      waitingPolls: this.#polling.waiting,
      stcpConnections,
      providers: this.#desks.map(({ serviceID, provider: { state } }) => ({
        serviceID,
        isUp: state === 'up',
      })),
    };
  }

  frontNeeds(rates: RequestRates): FrontNeeds {
    const { settings, sapEpoch, time, report } = this.needs;
    const { serviceID, clientProfiles: profiles, front } = settings;
    const { book } = this;
    const unseen = new UnseenSessions(serviceID, book, (id) => report.unseenEnded(id));
    const shared = { serviceID, book, routes: this.#routes };
    return {
      book,
      routes: this.#routes,
      rates,
      repeated: this.#repeated,
      polling: this.#polling,
      profiles,
      time,
      report,
      bodyBytes: front.limits.bodyBytes,
      login: new LoginHandler({
        ...shared,
        sapEpoch,
        maxSessions: front.limits.sessions,
        challenges: this.#challenges,
        profiles,
        unseen,
      }),
      sessions: new SessionHandlers({
        ...shared,
        capabilities: { serverPollMinS: front.serverPollMinS, stcp: stcpAddress(settings) },
      }),
    };
  }

  #deskOf({ serviceID }: ProviderSettings, link: SapLink): ProviderDesk {
    const { time, report, settings, sapEpoch } = this.needs;
    const provider = new Provider(serviceID, link, time, report);
    const sync = new StateSync(
      provider,
      {
        ownServiceID: settings.serviceID,
        sapEpoch,
        held: () => this.book.heldBy(serviceID),
        lost: (ids, code) => this.#lost(ids, code),
        done: (peer, count) => report.synced(peer, count),
      },
      time,
    );
    const windowMs = settings.front.keepAliveWindowMs;
    const keepAlives = new KeepAliveWindow(provider, settings.serviceID, time, windowMs);
    return { serviceID, provider, keepAlives, sync };
  }

  async #renew(session: CspSession): Promise<void> {
    const outcome = await session.provider.keepAlives.ask(session.id, session.user, undefined);
    const code = outcome.kind === 'answered' ? outcome.status.code : undefined;
    if (outcome.kind !== 'answered' || code === undefined) this.book.notRenewed(session);
    else if (code === 200) this.book.renewed(session, outcome.keepAliveTimeS);
    else if (isEnd(code)) this.book.foundEnded(session, code, false);
    else this.book.notRenewed(session);
  }

  #lost(ids: readonly string[], code: number): void {
    if (!isEnd(code)) return;
    for (const id of ids) {
      const session = this.book.find(id);
      if (session !== undefined) this.book.foundEnded(session, code, false);
    }
  }

  #ended(session: CspSession, code: EndCode, by: string): void {
    this.needs.report.ended(session, code, by);
    this.#repeated.forget(clientSlot(session.client));
    this.#repeated.forget(sessionSlot(session.id));
  }
}

function stcpAddress({
  stcp,
}: GatewaySettings): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(stcp?.reachableAs ?? '') ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
