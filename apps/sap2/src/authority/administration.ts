import * as nouns from '@sap2/administration';
import type { Config } from '@sap2/config';
import { warnOf } from '../reports/agreement-warnings.js';
import { reportAdministratorsEnd } from '../reports/end-report.js';
import { type Base, systemRandomness } from './base.js';
import type { Positions } from '@sap2/event-feed';
import type { Domain } from '@sap2/session-core';
import { webhookSecret } from '@sap2/webhooks';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';
import type { Webhooks } from './webhooks.js';

export const passwordPolicyOf = (config: Config): Pick<nouns.PasswordPolicy, 'minCharacters'> => ({
  minCharacters: config.passwordMinCharacters,
});

/** What administrators may do, by noun. */
export function makeAdministration(
  { config, log }: Base,
  ports: Ports,
  { compare, repair, end }: SessionUseCases,
  { networks, probe: prober }: Peers,
  { sendTest, streamTypes }: Pick<Webhooks, 'sendTest' | 'streamTypes'>,
  positions: Positions,
) {
  const { AgreementBook, Agreements: inForce, SspSessions: sspSessions, PeerLines: lines } = ports;
  const passwords = {
    ...passwordPolicyOf(config),
    hasUserDirectory: (domain: Domain) => ports.Directory.domain(domain)?.hasUserDirectory === true,
  };
  const refusalOfUrl = (url: string): string | undefined => networks.refusalOfUrl(url);
  return {
    users: new nouns.Users(ports.Users, ports.LoginAttempts, end, passwords),
    agreements: new nouns.Agreements(
      { book: AgreementBook, inForce, sspSessions, lines, prober, end },
      {
        refusalOfUrl,
        onSettled: (agreement) => warnOf(agreement, log),
      },
    ),
    administrators: new nouns.Administrators(ports.AdministratorBook, systemRandomness),
    consoleSessions: new nouns.ConsoleSessions(
      ports.ConsoleSessions,
      ports.AdministratorBook,
      systemRandomness,
      { idleMs: config.consoleIdleS * 1000, lifeMs: config.consoleLifeS * 1000 },
    ),
    audit: ports.Audit,
    domains: new nouns.Domains(ports.Domains, refusalOfUrl),
    sessions: new nouns.Sessions({
      book: ports.Sessions,
      ledger: ports.SessionLedger,
      live: ports.LiveSessions,
      jobs: ports.Jobs,
      end,
      onEnded: reportAdministratorsEnd(log),
    }),
    jobs: new nouns.Jobs(ports.Jobs, end),
    deliveries: new nouns.Deliveries(ports.Deliveries, lines),
    subscriptions: new nouns.Subscriptions({
      book: ports.Subscriptions,
      feed: ports.EventFeed,
      positions,
      randomness: systemRandomness,
      secretOf: webhookSecret,
      sendTest,
      streamTypes,
      refusalOfUrl,
    }),
    statistics: new nouns.Statistics(ports.Statistics),
    stores: new nouns.Stores(compare, repair, ports.Audit),
  };
}
