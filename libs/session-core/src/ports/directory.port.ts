import type { Domain, ServiceID } from '../ids.js';
import type { FunctionName } from '../service-tree.js';

export interface SpInfo {
  readonly name: string;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  /** `content` is base64 text. */
  readonly logo?: { readonly contentType?: string | undefined; readonly content: string } | undefined;
}

export interface ServedDomain {
  readonly name: Domain;
  readonly spInfo: SpInfo | undefined;
  /** Functions on offer; undefined: all that we know. */
  readonly services: ReadonlySet<FunctionName> | undefined;
  /** A directory of the provider checks the passwords of its users, and nothing else does. */
  readonly hasUserDirectory: boolean;
}

/** What an agreement allows a peer to do with our users. */
export interface Entitlement {
  readonly peer: ServiceID;
  readonly domains: ReadonlySet<Domain>;
  readonly allowPasswordOverHttp: boolean;
  /** Narrower than the domain's offer; undefined: not narrower. */
  readonly services: ReadonlySet<FunctionName> | undefined;
}

/** Domains and entitlements, read from memory: asked on every message, changed once in a while. */
export interface Directory {
  domain(name: Domain): ServedDomain | undefined;
  /** Undefined: no agreement, or a disabled one. */
  entitlement(peer: ServiceID): Entitlement | undefined;
}
