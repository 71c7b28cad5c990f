import type { Randomness } from '@sap2/kernel';
import type { LoginUser } from './check-entitlement.js';
import { clientKeyOf, type ServiceID } from './ids.js';
import { issueNonce } from './nonce.js';
import type { Directory } from './ports/directory.port.js';
import { DIGEST_SCHEMAS, type DigestSchema, type Nonces } from './ports/accounts.port.js';
import { parseCspVersion } from './csp-version.js';

export interface BeginLoginRequest {
  readonly peer: ServiceID;
  readonly user: LoginUser;
  readonly cspVersion: string | undefined;
  /** What the client can do, as sent. */
  readonly digestSchemas: readonly string[];
}

export type BeginLoginOutcome =
  /** 401 */
  | { readonly kind: 'challenge'; readonly nonce: string; readonly schema: DigestSchema }
  /** 505 */
  | { readonly kind: 'unknown-version' }
  /** 543 */
  | { readonly kind: 'no-common-schema' }
  /** 543: a directory of the provider has the users of this domain, and tells no password. */
  | { readonly kind: 'challenge-not-possible' };

/**
 * Phase 1 of a challenge login. It looks up no account. So neither answer nor timing reveals which users exist
 * (ssp-binding §4.1).
 */
export class BeginLogin {
  constructor(
    private readonly nonces: Nonces,
    private readonly randomness: Randomness,
    private readonly directory: Pick<Directory, 'domain'>,
  ) {}

  async execute({ peer, user, cspVersion, digestSchemas }: BeginLoginRequest): Promise<BeginLoginOutcome> {
    if (!parseCspVersion(cspVersion).ok) return { kind: 'unknown-version' };
    if (this.directory.domain(user.domain)?.hasUserDirectory === true)
      return { kind: 'challenge-not-possible' };
    const schema = DIGEST_SCHEMAS.find((known) => digestSchemas.includes(known));
    if (!schema) return { kind: 'no-common-schema' };
    const binding = { peer, account: user.account, clientKey: clientKeyOf(user.client), schema };
    return { kind: 'challenge', nonce: await issueNonce(this.nonces, this.randomness, binding), schema };
  }
}
