import type { Agreement } from '@sap2/peer-link';

/**
 * What a seed file asks for, its form already checked and its defaults filled in; names still as they were written.
 * The schema of the file has this shape.
 */
export interface Seed {
  readonly domains: readonly SeedDomain[];
  readonly agreements: readonly SeedAgreement[];
  readonly users: readonly SeedUser[];
  readonly administrators: readonly SeedAdministrator[];
}

export interface SeedDomain {
  readonly name: string;
  readonly spInfo?: SeedSpInfo | undefined;
  /** Names of features and functions on offer; left out: all that we know. */
  readonly services?: readonly string[] | undefined;
}

interface SeedSpInfo {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  /** `content` is base64 text. */
  readonly logo?: { readonly contentType?: string | undefined; readonly content: string } | undefined;
}

export interface SeedAgreement {
  /** Of the peer. */
  readonly serviceID: string;
  /** Ours; left out: that of the first domain. */
  readonly ownServiceID?: string | undefined;
  readonly sharedSecret: string;
  readonly callbackUrl?: string | undefined;
  readonly answerMode: Agreement['answerMode'];
  readonly digestSchemas: Agreement['digestSchemas'];
  readonly namespace: Agreement['namespace'];
  readonly domains: readonly string[];
  readonly services?: readonly string[] | undefined;
  readonly allowPasswordOverHttp: boolean;
  readonly enabled: boolean;
  readonly requiredTransport: Agreement['requiredTransport'];
  readonly clientCertificates: readonly string[];
  readonly sourceAddresses: readonly string[];
  readonly allowUnprotected: boolean;
  readonly sessionLife: Agreement['sessionLife'];
  readonly limits: Partial<Agreement['limits']>;
  /** RFC 3339; left out: since ever, and for ever. */
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}

export interface SeedUser {
  readonly userID: string;
  readonly password: string;
}

export interface SeedAdministrator {
  readonly name: string;
  readonly token: string;
  /** Undefined: it may do everything. */
  readonly scopes?: readonly string[] | undefined;
  /** RFC 3339; undefined: never. */
  readonly expiresAt?: string | undefined;
}

/** Entries that were new or changed; nothing else was written. */
export interface SeedSummary {
  readonly domains: number;
  readonly agreements: number;
  readonly users: number;
  readonly administrators: number;
  /** Live sessions that a change ended. */
  readonly endedSessions: number;
}

/** The seed file is not applied, not even in part. Each problem names its entry: `users[3].userID: …`. */
export class SeedError extends Error {
  override readonly name = 'SeedError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
