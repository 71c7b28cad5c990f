import type { Positions } from '@sap2/event-feed';
import { Elements } from '../events/elements.js';
import type { Base } from './base.js';
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
