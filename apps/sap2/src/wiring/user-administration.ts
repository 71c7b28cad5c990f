import {
  ChangeUser,
  CreateUser,
  DeleteUser,
  EndUserSessions,
  ExportUsers,
  ImportUsers,
  type PasswordPolicy,
  ReactivateUser,
  SetPassword,
  SuspendUser,
  UnlockUser,
  type UserPorts,
  type Users,
  USERS,
} from '@sap2/administration';
import type { Config } from '@sap2/config';
import { LIVE_SESSIONS, type LiveSessions, LOGIN_ATTEMPTS, type LoginAttempts } from '@sap2/session-core';
import { provide } from './provide.js';
import { CONFIG, PASSWORD_POLICY } from './tokens.js';

const USER_PORTS = Symbol('UserPorts');

const policyOf = ({ passwordMinCharacters, argon2MemoryKib, argon2Passes }: Config): PasswordPolicy => ({
  minCharacters: passwordMinCharacters,
  hashing: { memoryKiB: argon2MemoryKib, passes: argon2Passes },
});

/** What administrators can do with users. */
export const USER_ADMINISTRATION_PROVIDERS = [
  provide(PASSWORD_POLICY, policyOf, CONFIG),
  provide(
    USER_PORTS,
    (users: Users, live: LiveSessions): UserPorts => ({ users, live }),
    USERS,
    LIVE_SESSIONS,
  ),
  provide(
    CreateUser,
    (users: Users, policy: PasswordPolicy) => new CreateUser(users, policy),
    USERS,
    PASSWORD_POLICY,
  ),
  provide(ChangeUser, (ports: UserPorts) => new ChangeUser(ports), USER_PORTS),
  provide(DeleteUser, (ports: UserPorts) => new DeleteUser(ports), USER_PORTS),
  provide(SuspendUser, (ports: UserPorts) => new SuspendUser(ports), USER_PORTS),
  provide(ReactivateUser, (users: Users) => new ReactivateUser(users), USERS),
  provide(EndUserSessions, (ports: UserPorts) => new EndUserSessions(ports), USER_PORTS),
  provide(
    UnlockUser,
    (users: Users, attempts: LoginAttempts) => new UnlockUser(users, attempts),
    USERS,
    LOGIN_ATTEMPTS,
  ),
  provide(
    SetPassword,
    (ports: UserPorts, policy: PasswordPolicy) => new SetPassword(ports, policy),
    USER_PORTS,
    PASSWORD_POLICY,
  ),
  provide(
    ImportUsers,
    (ports: UserPorts, policy: PasswordPolicy) => new ImportUsers(ports, policy),
    USER_PORTS,
    PASSWORD_POLICY,
  ),
  provide(ExportUsers, (users: Users) => new ExportUsers(users), USERS),
];

/** What the controllers of users take of it. */
export const USER_OPERATIONS = [
  USERS,
  CreateUser,
  ChangeUser,
  DeleteUser,
  SuspendUser,
  ReactivateUser,
  EndUserSessions,
  UnlockUser,
  SetPassword,
  ImportUsers,
  ExportUsers,
];
