import {
  type PasswordPolicy,
  Users,
  Administrators,
  Agreements,
  Deliveries,
  Domains,
  Jobs,
  type SessionPorts,
  Sessions,
  Statistics,
  Stores,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import { type EventLog, sessionTag } from '@sap2/observability';
import { warnOf } from './agreement-warnings.js';
import type { Peers } from './peers.js';
import type { Ports } from './ports.js';
import type { SessionUseCases } from './sessions.js';
import { systemRandomness } from './system.js';

export const passwordPolicyOf = ({
  passwordMinCharacters,
  argon2MemoryKib,
  argon2Passes,
}: Config): PasswordPolicy => ({
  minCharacters: passwordMinCharacters,
  hashing: { memoryKiB: argon2MemoryKib, passes: argon2Passes },
});

/** Which administrator ended a session: `SessionEnd` reports the end without a name. */
const reportOf =
  (log: EventLog): SessionPorts['onEnded'] =>
  ({ name: administrator, requestID: requestId }, { id, peer, cause }) => {
    log.event('session_ended', { requestId, administrator, session: sessionTag(id), peer, cause });
  };

export type Administration = ReturnType<typeof makeAdministration>;

/** What administrators may do, by noun. */
export function makeAdministration(
  ports: Ports,
  { compare, repair, end }: SessionUseCases,
  { networks, probe: prober }: Peers,
  config: Config,
  log: EventLog,
) {
  const { SspSessions: sspSessions, PeerLines: lines } = ports;
  return {
    users: new Users(ports.Users, ports.LoginAttempts, end, passwordPolicyOf(config)),
    agreements: new Agreements(
      { book: ports.AgreementBook, inForce: ports.Agreements, sspSessions, lines, prober, end },
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
      onEnded: reportOf(log),
    }),
    jobs: new Jobs(ports.Jobs, end),
    deliveries: new Deliveries(ports.Deliveries, lines),
    statistics: new Statistics(ports.Statistics),
    stores: new Stores(compare, repair, ports.Audit),
  };
}
