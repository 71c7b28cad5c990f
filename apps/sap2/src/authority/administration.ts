import {
  type PasswordPolicy,
  Users,
  Administrators,
  Agreements,
  Deliveries,
  Domains,
  Jobs,
  Sessions,
  Statistics,
  Stores,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import { warnOf } from '../reports/agreement-warnings.js';
import { reportAdministratorsEnd } from '../reports/end-report.js';
import { type Base, systemRandomness } from './base.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';

export const passwordPolicyOf = (config: Config): PasswordPolicy => ({
  minCharacters: config.passwordMinCharacters,
  hashing: { memoryKiB: config.argon2MemoryKib, passes: config.argon2Passes },
});

/** What administrators may do, by noun. */
export function makeAdministration(
  { config, log }: Base,
  ports: Ports,
  { compare, repair, end }: SessionUseCases,
  { networks, probe: prober }: Peers,
) {
  const { AgreementBook, Agreements: inForce, SspSessions: sspSessions, PeerLines: lines } = ports;
  return {
    users: new Users(ports.Users, ports.LoginAttempts, end, passwordPolicyOf(config)),
    agreements: new Agreements(
      { book: AgreementBook, inForce, sspSessions, lines, prober, end },
      {
        refusalOfUrl: (callbackUrl) => networks.refusalOfUrl(callbackUrl),
        onSettled: (agreement) => warnOf(agreement, log),
      },
    ),
    administrators: new Administrators(ports.AdministratorBook, systemRandomness),
    audit: ports.Audit,
    domains: new Domains(ports.Domains),
    sessions: new Sessions({
      book: ports.Sessions,
      ledger: ports.SessionLedger,
      jobs: ports.Jobs,
      end,
      onEnded: reportAdministratorsEnd(log),
    }),
    jobs: new Jobs(ports.Jobs, end),
    deliveries: new Deliveries(ports.Deliveries, lines),
    statistics: new Statistics(ports.Statistics),
    stores: new Stores(compare, repair, ports.Audit),
  };
}
