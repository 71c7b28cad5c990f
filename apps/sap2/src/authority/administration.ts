import {
  ChangeDomain,
  ChangeUser,
  Agreements,
  CreateAdministrator,
  CreateDomain,
  CreateUser,
  DeleteDomain,
  DeleteUser,
  EndOneSession,
  EndUserSessions,
  ExportUsers,
  ImportUsers,
  type PasswordPolicy,
  ReactivateUser,
  ReplaceToken,
  RunJobs,
  SetPassword,
  SuspendUser,
  UnlockUser,
  VerifyStores,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
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

export type Administration = ReturnType<typeof makeAdministration>;

/** What administrators may do, by noun. */
export function makeAdministration(
  ports: Ports,
  { compare, repair, end }: SessionUseCases,
  { networks, probe: prober }: Peers,
  config: Config,
  log: EventLog,
) {
  const { Users: users, AgreementBook: book, SspSessions: sspSessions } = ports;
  const policy = passwordPolicyOf(config);
  const userPorts = { users, end };
  return {
    users: {
      create: new CreateUser(users, policy),
      change: new ChangeUser(userPorts),
      remove: new DeleteUser(userPorts),
      suspend: new SuspendUser(userPorts),
      reactivate: new ReactivateUser(userPorts),
      endSessions: new EndUserSessions(userPorts),
      unlock: new UnlockUser(users, ports.LoginAttempts),
      setPassword: new SetPassword(userPorts, policy),
      importAll: new ImportUsers(userPorts, policy),
      exportAll: new ExportUsers(users),
    },
    agreements: new Agreements(
      { book, inForce: ports.Agreements, sspSessions, lines: ports.PeerLines, prober, end },
      {
        refusalOfUrl: (callbackUrl) => networks.refusalOfUrl(callbackUrl),
        onSettled: (agreement) => warnOf(agreement, log),
      },
    ),
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
