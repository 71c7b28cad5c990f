import {
  ChangeAgreement,
  ChangeDomain,
  type AgreementRules,
  CreateAdministrator,
  CreateAgreement,
  CreateDomain,
  DeleteAgreement,
  DeleteDomain,
  EndOneSession,
  LookAtAgreement,
  type PasswordPolicy,
  ProbeAgreement,
  ReplaceToken,
  RunJobs,
  Users,
  VerifyStores,
} from '@sap2/administration';
import { type Config, contradictionsIn } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
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
    administrators: {
      create: new CreateAdministrator(ports.AdministratorBook, systemRandomness),
      replaceToken: new ReplaceToken(ports.AdministratorBook, systemRandomness),
    },
    domains: {
      create: new CreateDomain(ports.Domains),
      change: new ChangeDomain(ports.Domains),
      remove: new DeleteDomain(ports.Domains),
    },
    sessions: { endOne: new EndOneSession(ports.Sessions, end) },
    jobs: new RunJobs(ports.Jobs, end),
    stores: new VerifyStores(compare, repair, ports.Audit),
  };
}
