import { type EntitledUser, callerOf } from './check-entitlement.js';
import { parseUserSessionID, type ServiceID } from './ids.js';
import type { LiveSessions, RenewOutcome } from './ports/live-sessions.port.js';
import {
  agreeServices,
  type AgreementPorts,
  type NegotiatingSession,
  serviceOffer,
} from './service-offer.js';
import { expandRequest, type FunctionNode, offerTree } from './service-tree.js';

export interface NegotiateServicesRequest {
  readonly peer: ServiceID;
  readonly user: EntitledUser;
  /** As sent. */
  readonly userSessionID: string;
  /** Children of `Functions`; undefined leaves what was agreed as it is. */
  readonly functions: readonly FunctionNode[] | undefined;
  readonly allFunctionsRequest: boolean;
}

export type NegotiateServicesOutcome =
  /** 200, with the children of `Functions` and of `AllFunctions`, where these are to be there. */
  | {
      readonly kind: 'negotiated';
      readonly denied: readonly FunctionNode[] | undefined;
      readonly allFunctions: readonly FunctionNode[] | undefined;
    }
  /** 402 */
  | { readonly kind: 'functions-invalid' }
  /** 422, 604, or what `statusOfEnd` says: 600, 601, 604 */
  | Exclude<RenewOutcome, { kind: 'renewed' }>;

export interface NegotiationPorts extends AgreementPorts {
  readonly live: LiveSessions;
}

const UNKNOWN = { kind: 'unknown' } as const;

/**
 * Agrees on the services that a live session may use. Like every accepted operation, this keeps the session alive
 * (ssp-binding §4.5).
 */
export class NegotiateServices {
  constructor(private readonly ports: NegotiationPorts) {}

  async execute(request: NegotiateServicesRequest): Promise<NegotiateServicesOutcome> {
    const { live } = this.ports;
    const { peer, user } = request;
    const id = parseUserSessionID(request.userSessionID);
    if (!id) return { kind: 'unknown' };
    const caller = callerOf(peer, user);
    const [seen = UNKNOWN] = await live.renew([{ id, keepAliveTimeS: undefined }], caller, undefined);
    if (seen.kind !== 'renewed') return seen;
    const session = { id, peer, domain: user.domain, cspVersion: seen.cspVersion };
    const outcome = await this.negotiate(session, request);
    if (outcome.kind !== 'no-longer-live') return outcome;
    const again = await live.look(id, caller);
    return again.kind === 'renewed' ? UNKNOWN : again;
  }

  private async negotiate(
    session: NegotiatingSession,
    { functions, allFunctionsRequest }: NegotiateServicesRequest,
  ): Promise<NegotiateServicesOutcome | { readonly kind: 'no-longer-live' }> {
    const { peer, domain, cspVersion } = session;
    const asked = functions && expandRequest(functions, cspVersion);
    if (asked?.ok === false) return { kind: 'functions-invalid' };
    const services = asked && (await agreeServices(this.ports, session, asked.value));
    if (services?.kind === 'no-longer-live') return services;
    const offered = serviceOffer(this.ports.directory, peer, domain, cspVersion);
    return {
      kind: 'negotiated',
      denied: services?.denied,
      allFunctions: allFunctionsRequest ? offerTree(offered, cspVersion) : undefined,
    };
  }
}
