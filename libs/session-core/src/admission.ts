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

/** A user that the peer may speak for. */
export interface AdmittedUser {
  /** As sent. */
  readonly userID: string;
  readonly account: AccountID;
  readonly domain: Domain;
  readonly client: ClientID | undefined;
}

/** The same at login, where the client must be named too. */
export interface LoginUser extends AdmittedUser {
  readonly client: ClientID;
}

export interface AdmissionRequest {
  /** Who was authenticated, whatever the message says. */
  readonly peer: ServiceID;
  /** `Requestor/@serviceID`, as sent. */
  readonly requestor: string;
  readonly user: { readonly userID: string; readonly clientID: ClientID | undefined } | undefined;
  /** Whom the request must name. A further name is checked as well. */
  readonly needs: 'nobody' | 'user' | 'user-and-client';
}

export interface Admitted<User extends AdmittedUser | undefined> {
  readonly kind: 'admitted';
  readonly user: User;
}

export type AdmissionRefusal =
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
export class Admission {
  constructor(private readonly directory: Directory) {}

  execute(request: AdmissionRequest & { needs: 'user-and-client' }): Admitted<LoginUser> | AdmissionRefusal;
  execute(request: AdmissionRequest & { needs: 'user' }): Admitted<AdmittedUser> | AdmissionRefusal;
  execute(
    request: AdmissionRequest & { needs: 'nobody' },
  ): Admitted<AdmittedUser | undefined> | AdmissionRefusal;
  execute({
    peer,
    requestor,
    user,
    needs,
  }: AdmissionRequest): Admitted<AdmittedUser | undefined> | AdmissionRefusal {
    const speaker = parseServiceID(requestor);
    if (!speaker.ok || speaker.value !== peer) return { kind: 'not-the-requestor' };
    const entitlement = this.directory.entitlement(peer);
    if (user) return this.admitUser(user, entitlement, needs);
    if (!entitlement) return { kind: 'not-entitled' };
    return needs === 'nobody' ? { kind: 'admitted', user: undefined } : { kind: 'user-missing' };
  }

  private admitUser(
    { userID, clientID }: NonNullable<AdmissionRequest['user']>,
    entitlement: Entitlement | undefined,
    needs: AdmissionRequest['needs'],
  ): Admitted<AdmittedUser> | AdmissionRefusal {
    const name = parseUserID(userID);
    if (!name.ok || !this.directory.domain(name.value.domain)) return { kind: 'domain-not-served' };
    const { account, domain } = name.value;
    if (!entitlement?.domains.has(domain)) return { kind: 'not-entitled' };
    if (needs === 'user-and-client' && !clientID) return { kind: 'client-missing' };
    return { kind: 'admitted', user: { userID, account, domain, client: clientID } };
  }
}

/** Whom the owner of a session is compared with: the client only where it was named (ssp-binding §4). */
export function callerOf(peer: ServiceID, user: AdmittedUser | undefined): Caller {
  return {
    peer,
    account: user?.account,
    clientKey: user?.client && clientKeyOf(user.client),
  };
}
