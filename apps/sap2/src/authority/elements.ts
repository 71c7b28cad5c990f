import type { Positions } from '@sap2/event-feed';
import { Elements } from '../events/elements.js';
import { SharedSignals } from '../events/shared-signals/shared-signals.js';
import type { makeAdministration } from './administration.js';
import { type Base, systemClock } from './base.js';
import type { Ports } from './ports.js';

/** What service elements read. */
export const makeElements = ({ config, log, measures }: Base, ports: Ports, positions: Positions): Elements =>
  new Elements({
    feed: ports.EventFeed,
    positions,
    tokens: ports.AdministratorBook,
    sessions: ports.Sessions,
    query: ports.LiveSessionQuery,
    times: ports.UseTimes,
    graceS: config.keepAliveGraceS,
    log,
    measures,
  });

/** What receivers of security events read and ask. */
export const makeSharedSignals = (
  { config }: Base,
  ports: Ports,
  { subscriptions }: Pick<ReturnType<typeof makeAdministration>, 'subscriptions'>,
): SharedSignals =>
  new SharedSignals({
    issuer: config.ssfIssuer,
    keys: ports.SigningKeys,
    subscriptions,
    nowMs: () => systemClock.nowMs(),
  });
