import {
  ChangeAgreement,
  type AgreementRules,
  CreateAgreement,
  DeleteAgreement,
  LookAtAgreement,
  type PasswordPolicy,
  ProbeAgreement,
  Users,
  Administrators,
  Deliveries,
  Domains,
  Jobs,
  type SessionPorts,
  Sessions,
  Statistics,
  Stores,
} from '@sap2/administration';
import { type Config, contradictionsIn } from '@sap2/config';
import { type EventLog, sessionTag } from '@sap2/observability';
import type { PeerNetworks } from '@sap2/peer-link';
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

/** What cannot be right in an agreement as a whole, or where our calls must not go; and what its settings warn of. */
const agreementRules = (networks: PeerNetworks, log: EventLog): AgreementRules => ({
  contradictions: (settings) => {
    const { callbackUrl } = settings;
    const refusal = callbackUrl === undefined ? undefined : networks.refusalOfUrl(callbackUrl);
    const url = refusal === undefined ? [] : [{ field: 'callbackUrl', what: `cannot be called: ${refusal}` }];
    return [...contradictionsIn(settings), ...url];
  },
  onSettled: (agreement) => warnOf(agreement, log),
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
  { networks, probe }: Peers,
  config: Config,
  log: EventLog,
) {
  const { AgreementBook: book, SspSessions: sspSessions } = ports;
  const agreementPorts = { book, end, sspSessions };
  const rules = agreementRules(networks, log);
  return {
    users: new Users({ book: ports.Users, attempts: ports.LoginAttempts, end }, passwordPolicyOf(config)),
    agreements: {
      create: new CreateAgreement(book, rules),
      change: new ChangeAgreement(agreementPorts, rules),
      remove: new DeleteAgreement(agreementPorts),
      look: new LookAtAgreement(book, sspSessions, ports.PeerLines),
      probe: new ProbeAgreement(book, ports.Agreements, probe),
    },
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
    deliveries: new Deliveries(ports.Deliveries, ports.PeerLines),
    statistics: new Statistics(ports.Statistics),
    stores: new Stores(compare, repair, ports.Audit),
  };
}
