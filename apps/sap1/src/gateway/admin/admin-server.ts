import { sessionTag } from '@sap2/observability';
import { fastify } from 'fastify';
import { open, type OpenListener } from '../listener-options.js';
import type { ProviderState } from '../providers/provider.js';
import type { CspSession } from '../sessions/csp-session.js';
import type { SessionBook } from '../sessions/session-book.js';
import type { GatewayMeasures, GatewayReadings } from './gateway-measures.js';

/** Shorter beginnings would fit too many sessions. */
const SHORTEST_PREFIX = 4;

export interface AdminView {
  readonly book: SessionBook;
  readonly measures: GatewayMeasures;
  isReady(): boolean;
  readings(): GatewayReadings;
  providerStates(): Readonly<Record<string, ProviderState>>;
}

/** For operators: health, metrics and sessions. It has no token, so only trusted networks may reach it. */
export function openAdminServer(
  settings: { readonly bind: string; readonly port: number },
  view: AdminView,
): Promise<OpenListener> {
  const server = fastify({ forceCloseConnections: true });
  server.get('/health/live', () => ({ status: 'ok' }));
  server.get('/health/ready', (_request, reply) => {
    const isReady = view.isReady();
    return reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'error', providers: view.providerStates() });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(view.measures.contentType).send(await view.measures.expose(view.readings())),
  );
  server.get('/sessions', () => countsOf(view));
  server.get<{ Params: { readonly prefix: string } }>('/sessions/:prefix', (request, reply) => {
    const { prefix } = request.params;
    if (prefix.length < SHORTEST_PREFIX) {
      return reply.code(400).send({ error: `Give at least ${SHORTEST_PREFIX} characters of the id.` });
    }
    const found = [...view.book.all()].filter(({ id }) => id.startsWith(prefix));
    const [session] = found;
    if (session === undefined) return reply.code(404).send({ error: 'No session begins so.' });
    if (found.length > 1) return reply.code(409).send({ error: `${found.length} sessions begin so.` });
    return reply.send(shown(session));
  });
  return open(server, settings);
}

function countsOf(view: AdminView): object {
  const all = [...view.book.all()];
  const ended = all.filter(({ end }) => end !== undefined).length;
  const { waitingPolls, stcpConnections } = view.readings();
  return {
    live: all.length - ended,
    ended,
    byProvider: tally(all, ({ provider }) => provider.serviceID),
    byVersion: tally(all, ({ version }) => version),
    waitingPolls,
    stcpConnections,
  };
}

function tally(
  sessions: readonly CspSession[],
  keyOf: (session: CspSession) => string,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const session of sessions) {
    const key = keyOf(session);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** The whole id and the cookie stay out: with them a stranger could act as the handset. */
function shown(session: CspSession): object {
  const { id, user, version, provider, grantedS, toldS, aliveAtMs, renewedAtMs, end } = session;
  return {
    session: sessionTag(id),
    userID: user.userID,
    provider: provider.serviceID,
    version,
    keepAliveTimeS: toldS,
    grantedS,
    lastMessageAt: new Date(aliveAtMs).toISOString(),
    lastRenewalAt: new Date(renewedAtMs).toISOString(),
    isPollWaiting: session.answerPoll !== undefined,
    end: end === undefined ? null : { code: end.code, at: new Date(end.atMs).toISOString() },
    isDisconnectWaiting: session.isDisconnectWaiting,
  };
}
