import { foldDomain } from '../config/read-gateway-settings.js';
import type { ProviderDesk } from '../providers/provider-desk.js';

export interface Route {
  /** With its domain, as SAP 2 gets it. */
  readonly userID: string;
  readonly domain: string;
  readonly desk: ProviderDesk;
}

/** Finds the SAP 2 of a user by the domain of the user ID. */
export class UserRoutes {
  constructor(
    private readonly desks: ReadonlyMap<string, ProviderDesk>,
    readonly defaultDomain: string,
  ) {}

  /** Undefined: no SAP 2 serves this domain. */
  find(userID: string): Route | undefined {
    const isWhole = userID.includes('@');
    const domain = isWhole ? domainOf(userID) : this.defaultDomain;
    const desk = this.desks.get(domain);
    if (desk === undefined) return undefined;
    return { userID: isWhole ? userID : userID.replace(/\/|$/, `@${domain}$&`), domain, desk };
  }

  get defaultDesk(): ProviderDesk {
    const desk = this.desks.get(this.defaultDomain);
    if (desk === undefined) throw new Error(`No provider serves the default domain ${this.defaultDomain}`);
    return desk;
  }
}

/** Without its resource: `[wv:]local@domain[/resource]` (ssp-binding §4). */
const accountOf = (userID: string): string => userID.split('/', 1).join();

/** One text for all spellings of a user: for comparisons, never for SAP 2. */
export const foldUser = (userID: string): string => accountOf(userID).toLowerCase().replace(/^wv:/, '');

/** The domain of a user ID that has one. */
export function domainOf(userID: string): string {
  const account = accountOf(userID);
  return foldDomain(account.slice(account.lastIndexOf('@') + 1));
}
