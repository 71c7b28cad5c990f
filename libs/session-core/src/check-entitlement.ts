import {
  type AccountID,
  type ClientID,
  clientKeyOf,
  type Domain,
  parseServiceID,
  parseUserID,
  type ServiceID,
} from './ids.js';
import type { Directory, Entitlement } from './ports/directory.port.js';
import type { Caller } from './ports/live-sessions.port.js';

export interface EntitledUser {
  /** As sent. */
  readonly userID: string;
  readonly account: AccountID;
  readonly domain: Domain;
  readonly client: ClientID | undefined;
}

/** The same at login, where the client must be named too. */
export interface LoginUser extends EntitledUser {
  readonly client: ClientID;
}

export interface EntitlementRequest {
  /** Who was authenticated, whatever the message says. */
  readonly peer: ServiceID;
  /** `Requestor/@serviceID`, as sent. */
  readonly requestor: string;
  readonly user: { readonly userID: string; readonly clientID: ClientID | undefined } | undefined;
  /** Whom the request must name. A further name is checked as well. */
  readonly needs: 'nobody' | 'user' | 'user-and-client';
}

export interface Entitled<User extends EntitledUser | undefined> {
  readonly kind: 'entitled';
  readonly user: User;
}

export type EntitlementRefusal =
  /** 901 */
  | { readonly kind: 'not-the-requestor' }
  /** 516; also for an invalid `userID`, since it has no domain that we serve. */
  | { readonly kind: 'domain-not-served' }
  /** 403 */
  | { readonly kind: 'not-entitled' }
  /** 400 */
  | { readonly kind: 'user-missing' }
  /** 400 */
  | { readonly kind: 'client-missing' };

/** The checks that every request goes through first, in the order of ssp-binding §4. */
export class CheckEntitlement {
  constructor(private readonly directory: Directory) {}

  execute(
    request: EntitlementRequest & { needs: 'user-and-client' },
  ): Entitled<LoginUser> | EntitlementRefusal;
  execute(request: EntitlementRequest & { needs: 'user' }): Entitled<EntitledUser> | EntitlementRefusal;
  execute(
    request: EntitlementRequest & { needs: 'nobody' },
  ): Entitled<EntitledUser | undefined> | EntitlementRefusal;
  execute({
    peer,
    requestor,
    user,
    needs,
  }: EntitlementRequest): Entitled<EntitledUser | undefined> | EntitlementRefusal {
    if (!isSpelling(requestor, peer)) return { kind: 'not-the-requestor' };
    const entitlement = this.directory.entitlement(peer);
    if (user) return this.checkUser(user, entitlement, needs);
    if (!entitlement) return { kind: 'not-entitled' };
    return needs === 'nobody' ? { kind: 'entitled', user: undefined } : { kind: 'user-missing' };
  }

  private checkUser(
    { userID, clientID }: NonNullable<EntitlementRequest['user']>,
    entitlement: Entitlement | undefined,
    needs: EntitlementRequest['needs'],
  ): Entitled<EntitledUser> | EntitlementRefusal {
    const name = parseUserID(userID);
    if (!name.ok || !this.directory.domain(name.value.domain)) return { kind: 'domain-not-served' };
    const { account, domain } = name.value;
    if (!entitlement?.domains.has(domain)) return { kind: 'not-entitled' };
    if (needs === 'user-and-client' && !clientID) return { kind: 'client-missing' };
    return { kind: 'entitled', user: { userID, account, domain, client: clientID } };
  }
}

/** Most peers write their name as we do. */
function isSpelling(text: string, id: ServiceID): boolean {
  if (text === id) return true;
  const parsed = parseServiceID(text);
  return parsed.ok && parsed.value === id;
}

/** Whom the owner of a session is compared with: the client only where it was named (ssp-binding §4). */
export function callerOf(peer: ServiceID, user: EntitledUser | undefined): Caller {
  return {
    peer,
    account: user?.account,
    clientKey: user?.client && clientKeyOf(user.client),
  };
}
