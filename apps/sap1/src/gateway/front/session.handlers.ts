import type {
  ClientCapabilityRequest,
  CspClientID,
  CspResult,
  GetSPInfoRequest,
  GetSPInfoResponse as CspSPInfo,
  KeepAliveRequest,
  ServiceRequest,
} from '@sap2/csp-wire';
import type { GetSPInfoResponse } from '@sap2/ssp-wire';
import { getSPInfoRequest, metaInfo, userLogoutRequest, userServiceRequest } from '../../requests.js';
import { type CspSession, type EndCode, wishedKeepAliveS } from '../sessions/csp-session.js';
import type { SessionBook } from '../sessions/session-book.js';
import {
  type Answer,
  type Asked,
  relayed,
  resultOf,
  respond,
  status,
  statusAnswer,
  unanswered,
} from './answer.js';
import { agreedCapabilities, type CapabilityOffer } from './capability-bounds.js';
import { domainOf, type UserRoutes } from './user-routes.js';

export interface SessionNeeds {
  readonly serviceID: string;
  readonly book: SessionBook;
  readonly routes: UserRoutes;
  readonly capabilities: CapabilityOffer;
}

/** What a handset asks within its session, and the information about the provider. */
export class SessionHandlers {
  constructor(private readonly needs: SessionNeeds) {}

  async logout(session: CspSession, { message }: Asked): Promise<Answer> {
    const { book, serviceID } = this.needs;
    const { provider } = session.provider;
    const reply = await provider.ask(userLogoutRequest(metaInfo(serviceID, session.user), session.id), {
      known: ({ status: { code } }) => {
        if (code === 200) book.loggedOut(session);
      },
      givenUp: () => undefined,
    });
    if (reply.kind !== 'answered') return statusAnswer(unanswered(reply));
    const { code } = reply.answer.status;
    if (code !== 200) return this.#refused(session, relayed(reply.answer.status));
    book.loggedOut(session);
    const result = resultOf(200);
    return respond({ kind: message.version === '1.1' ? 'Disconnect' : 'Status', result });
  }

  async keepAlive(session: CspSession, { timeToLive }: KeepAliveRequest): Promise<Answer> {
    const wishS = wishedKeepAliveS(timeToLive);
    const outcome = await session.provider.keepAlives.ask(session.id, session.user, wishS);
    if (outcome.kind !== 'answered') return statusAnswer(unanswered(outcome));
    const { status: said, keepAliveTimeS } = outcome;
    // 605: the wish was refused, and the keep-alive counts (ssp-binding §4.3).
    if (said.code !== 200 && said.code !== 605) return this.#refused(session, relayed(said));
    this.needs.book.renewed(session, keepAliveTimeS);
    return respond({ kind: 'KeepAlive-Response', result: relayed(said), keepAliveTime: session.toldS });
  }

  async service(session: CspSession, request: ServiceRequest): Promise<Answer> {
    const { book, serviceID } = this.needs;
    const meta = metaInfo(serviceID, session.user);
    const reply = await session.provider.provider.ask(
      userServiceRequest(meta, session.id, request.functions, true),
    );
    if (reply.kind !== 'answered') return statusAnswer(unanswered(reply));
    const { answer } = reply;
    if (answer.kind !== 'UserServiceResponse' || answer.status.code !== 200) {
      return this.#refused(session, relayed(answer.status));
    }
    book.renewed(session);
    const denied = answer.functions ?? [];
    return respond({
      kind: 'Service-Response',
      clientID: request.clientID ?? clientIDOf(session),
      functions: denied.length === 0 ? undefined : denied,
      allFunctions: answer.allFunctions ?? [],
    });
  }

  clientCapability(session: CspSession, request: ClientCapabilityRequest): Answer {
    return respond({
      kind: 'ClientCapability-Response',
      clientID: request.clientID ?? clientIDOf(session),
      agreedCapabilityList: agreedCapabilities(request.capabilityList, this.needs.capabilities),
    });
  }

  /** @param session undefined: a handset that is not logged in asks about the default domain */
  async spInfo(session: CspSession | undefined, request: GetSPInfoRequest): Promise<Answer> {
    const { routes, serviceID } = this.needs;
    const desk = session?.provider ?? routes.defaultDesk;
    const domain = session === undefined ? routes.defaultDomain : domainOf(session.user.userID);
    const reply = await desk.provider.ask(
      getSPInfoRequest(metaInfo(serviceID, session?.user), `wv:@${domain}`),
    );
    if (reply.kind !== 'answered') return statusAnswer(unanswered(reply));
    const { answer } = reply;
    if (answer.kind !== 'GetSPInfoResponse' || answer.status.code !== 200) {
      return statusAnswer(relayed(answer.status));
    }
    const { name, logo, description, url } = answer;
    const clientID = request.clientID ?? (session && clientIDOf(session));
    return respond({ kind: 'GetSPInfo-Response', clientID, name, logo: logoOf(logo), description, url });
  }

  /** The end of a session is kept; the handset hears of it by this answer. */
  #refused(session: CspSession, result: CspResult): Answer {
    if (isEnd(result.code)) {
      this.needs.book.foundEnded(session, result.code, true);
      return status(result.code);
    }
    return statusAnswer(result);
  }
}

const logoOf = (logo: GetSPInfoResponse['logo']): CspSPInfo['logo'] =>
  logo && { contentType: logo.contentType, content: logo.content };

export const isEnd = (code: number): code is EndCode => code === 600 || code === 601 || code === 604;

function clientIDOf({ user: { clientID } }: CspSession): CspClientID | undefined {
  if (clientID === undefined) return undefined;
  const { url, msisdn, applicationID } = clientID;
  return { url, msisdn, applicationID };
}
