import {
  type CapabilityList,
  capabilityFragment,
  type CspClientID,
  type CspCredential,
  type CspResult,
  type CspVersion,
  type LoginRequest,
  type LoginResponse,
  parseCapabilityFragment,
} from '@sap2/csp-wire';
import { assertNever } from '@sap2/kernel';
import {
  type LoginCredential,
  parseXmlFragment,
  type ResponsePrimitive,
  type UserLoginResponse,
  type XmlFragment,
} from '@sap2/ssp-wire';
import { metaInfo, userLoginRequest } from '../../requests.js';
import type { ClientProfile } from '../config/gateway-settings.js';
import { SHORTEST_KEEP_ALIVE_S, wishedKeepAliveS } from '../sessions/csp-session.js';
import type { ExpiringMap } from '../sessions/expiring-map.js';
import { ownCopy } from '../sessions/own-copy.js';
import type { SessionBook } from '../sessions/session-book.js';
import { type Answer, type Asked, isFleeting, relayed, resultOf, status, unanswered } from './answer.js';
import { clientKey, wireClientID } from './client-ids.js';
import { profileOf } from './client-profiles.js';
import type { UnseenSessions } from './unseen-sessions.js';
import type { Route, UserRoutes } from './user-routes.js';

/** What the handset must digest, between the two phases of a login. It is gone on use. */
export interface Challenge {
  readonly nonce: string;
  readonly digestSchema: string;
}

export interface LoginNeeds {
  readonly serviceID: string;
  readonly sapEpoch: string;
  readonly routes: UserRoutes;
  readonly book: SessionBook;
  readonly maxSessions: number;
  readonly challenges: ExpiringMap<Challenge>;
  readonly profiles: readonly ClientProfile[];
  readonly unseen: UnseenSessions;
}

/** Schemas of ssp-binding §4.1; handsets name others too, such as `PWD`, `MD4` and `MD6`. */
const KNOWN_SCHEMAS: ReadonlySet<string> = new Set(['SHA-256', 'SHA', 'MD5']);
/** The schema of a digest by its octets: for a challenge that this gateway does not know any more. */
const SCHEMA_OF_OCTETS: Readonly<Record<number, string>> = { 16: 'MD5', 20: 'SHA', 32: 'SHA-256' };

/** One login on its way. */
interface Login {
  readonly request: LoginRequest;
  readonly version: CspVersion;
  readonly route: Route;
  readonly client: string;
  readonly msisdn: string | undefined;
}

/** `Login-Request` to `UserLoginRequest` (ssp-binding §4.1). Credentials pass through and stay nowhere. */
export class LoginHandler {
  constructor(private readonly needs: LoginNeeds) {}

  async handle(request: LoginRequest, { message, msisdn }: Asked): Promise<Answer> {
    const { routes, book, maxSessions } = this.needs;
    if (request.credential.scheme === 'none') return status(400);
    const route = routes.find(request.userID);
    if (route === undefined) return refusal(request.clientID, resultOf(516));
    if (book.size >= maxSessions) return refusal(request.clientID, resultOf(503));
    const client = clientKey(route.userID, request.clientID);
    const login: Login = { request, version: message.version, route, client, msisdn };
    const credential = this.#credentialFor(request.credential, client);
    return credential === undefined ? refusal(request.clientID, resultOf(543)) : this.#ask(login, credential);
  }

  /** Undefined: no digest schema in common. */
  #credentialFor(given: CspCredential, client: string): LoginCredential | undefined {
    switch (given.scheme) {
      case 'password':
        return given;
      case 'challenge':
        return challengeFor(given.digestSchemas.map((schema) => schema.toUpperCase()));
      case 'digest': {
        const challenge = this.needs.challenges.take(client);
        if (challenge !== undefined)
          return { scheme: 'digest', ...challenge, digestBytes: given.digestBytes };
        // The challenge is too old, or this process has not given one: the handset gets a fresh one.
        const { length } = Buffer.from(given.digestBytes, 'base64');
        return challengeFor([SCHEMA_OF_OCTETS[length] ?? '']);
      }
      case 'none':
        return undefined;
      default:
        return assertNever(given);
    }
  }

  async #ask(login: Login, credential: LoginCredential): Promise<Answer> {
    const { unseen, serviceID, sapEpoch } = this.needs;
    const { request, version, route, msisdn } = login;
    const { desk, userID } = route;
    const user = { userID, clientID: wireClientID(request.clientID, msisdn) };
    const wishes = {
      keepAliveTimeS: wishedKeepAliveS(request.timeToLive),
      resume: request.sessionID,
      sessionCookie: request.sessionCookie,
      cspVersion: version,
      sapEpoch,
      capabilityList: fragmentOf(request.capabilityList),
    };
    const primitive = userLoginRequest(metaInfo(serviceID, user), credential, wishes);
    const reply = await desk.provider.ask(primitive, unseen.after(desk, user));
    if (reply.kind === 'silent') return status(504);
    if (reply.kind === 'away') return refusal(request.clientID, unanswered(reply));
    return this.#answer(login, user, reply.answer);
  }

  #answer(
    login: Login,
    user: { readonly userID: string; readonly clientID: ReturnType<typeof wireClientID> },
    answer: ResponsePrimitive,
  ): Answer {
    const { clientID } = login.request;
    if (answer.kind !== 'UserLoginResponse') return refusal(clientID, relayed(answer.status));
    if (answer.status.code === 401) return this.#challenge(login, answer);
    if (answer.status.code !== 200 || answer.userSessionID === undefined) {
      return refusal(clientID, relayed(answer.status));
    }
    const session = this.needs.book.open({
      id: answer.userSessionID,
      provider: login.route.desk,
      user,
      version: login.version,
      cookie: login.request.sessionCookie,
      client: login.client,
      grantedS: answer.keepAliveTime ?? SHORTEST_KEEP_ALIVE_S,
    });
    return loginResponse(clientID, relayed(answer.status), {
      sessionID: session.id,
      keepAliveTime: session.toldS,
      capabilityRequest: answer.capabilityRequest ?? true,
      agreedCapabilityList: listOf(answer.agreedCapabilityList),
    });
  }

  #challenge({ request, client }: Login, { status: said, nonce, digestSchema }: UserLoginResponse): Answer {
    if (nonce === undefined || digestSchema === undefined) return refusal(request.clientID, resultOf(500));
    const challenge = { nonce: ownCopy(nonce), digestSchema: ownCopy(digestSchema) };
    this.needs.challenges.set(client, challenge);
    const { challengeCode } = profileOf(this.needs.profiles, request.clientID);
    return loginResponse(
      request.clientID,
      { ...relayed(said), code: challengeCode },
      { nonce, digestSchema },
    );
  }
}

function challengeFor(schemas: readonly string[]): LoginCredential | undefined {
  const digestSchemas = schemas.filter((schema) => KNOWN_SCHEMAS.has(schema));
  return digestSchemas.length === 0 ? undefined : { scheme: 'challenge', digestSchemas };
}

function loginResponse(
  clientID: CspClientID | undefined,
  result: CspResult,
  rest: Partial<LoginResponse> = {},
): Answer {
  const primitive: LoginResponse = {
    kind: 'Login-Response',
    clientID,
    result,
    nonce: undefined,
    digestSchema: undefined,
    sessionID: undefined,
    keepAliveTime: undefined,
    capabilityRequest: undefined,
    agreedCapabilityList: undefined,
    ...rest,
  };
  return { kind: 'response', primitive, isFleeting: isFleeting(result.code) };
}

const refusal = (clientID: CspClientID | undefined, result: CspResult): Answer =>
  loginResponse(clientID, result);

/** For SAP 2, which keeps it with the session. A list that SSP cannot carry is left out. */
function fragmentOf(list: CapabilityList | undefined): XmlFragment | undefined {
  if (list === undefined) return undefined;
  const fragment = parseXmlFragment(capabilityFragment(list));
  return fragment.ok ? fragment.value : undefined;
}

function listOf(fragment: XmlFragment | undefined): CapabilityList | undefined {
  if (fragment === undefined) return undefined;
  const list = parseCapabilityFragment(fragment);
  return list.ok ? list.value : undefined;
}
