import type { Domain } from '@sap2/session-core';

interface CommonSettings {
  readonly url: string;
  /** From the beginning of a check to its end. */
  readonly deadlineMs: number;
  /** So long a right password is not asked again; 0: each login asks. */
  readonly rememberS: number;
}

/** Search for the entry of a user, then bind as that entry. */
export interface LdapSettings extends CommonSettings {
  readonly kind: 'ldap';
  /** Of a `ldap:` URL: encrypt before anything is said. */
  readonly startTls: boolean;
  /** Searches as this entry; undefined: anonymously. */
  readonly bindDN?: string | undefined;
  readonly base: string;
  /** RFC 4515, with `{user}` where the name of the user goes. */
  readonly filter: string;
}

/** A signed call to a service of the provider. */
export interface HttpSettings extends CommonSettings {
  readonly kind: 'http';
}

export type UserDirectorySettings = LdapSettings | HttpSettings;

export interface UserDirectoryEntry {
  readonly settings: UserDirectorySettings;
  /** Password of `bindDN`, or the key of signatures. */
  readonly secret: () => string | undefined;
  /** Of the domain: another one means that anything may be different. */
  readonly revision: number;
}

/** The user directory of each domain, from memory. */
export interface UserDirectoryBook {
  userDirectoryOf(domain: Domain): UserDirectoryEntry | undefined;
}
