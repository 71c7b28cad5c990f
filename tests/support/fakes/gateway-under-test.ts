import {
  encodeCsp,
  type CspPrimitive,
  type CspVersion,
  type DecodedCspMessage,
  decodeCsp,
} from '@sap2/csp-wire';
import type { EventFields, EventLog } from '@sap2/observability';
import type {
  RequestPrimitive,
  RequestTransaction,
  ResponsePrimitive,
  ResponseTransaction,
} from '@sap2/ssp-wire';
import { parseGatewaySettings } from '../../../apps/sap1/src/gateway/config/read-gateway-settings.js';
import { GatewayMeasures } from '../../../apps/sap1/src/gateway/admin/gateway-measures.js';
import { CspFront, type FrontAnswer } from '../../../apps/sap1/src/gateway/front/csp-front.js';
import { RequestRates } from '../../../apps/sap1/src/gateway/front/request-rates.js';
import { GatewayCore } from '../../../apps/sap1/src/gateway/gateway-core.js';
import { GatewayReport } from '../../../apps/sap1/src/gateway/gateway-report.js';
import type { SapLink } from '../../../apps/sap1/src/gateway/providers/provider.js';
import { loginAnswer, status } from '../peers/fake-sap2.js';
import { ManualTime } from './manual-time.js';

type Reaction = (
  request: RequestPrimitive,
  transactionID: string,
) => ResponsePrimitive | Promise<ResponsePrimitive>;

/** An SSP link with a SAP 2 behind it that a test plays. */
export class FakeSapLink implements SapLink {
  readonly asked: { readonly transactionID: string; readonly primitive: RequestPrimitive }[] = [];
  #transactions = 0;
  react: Reaction = usualAnswer;

  nextTransactionID(): string {
    this.#transactions += 1;
    return `t${this.#transactions}`;
  }

  async send(transactions: readonly RequestTransaction[]): Promise<readonly ResponseTransaction[]> {
    return Promise.all(
      transactions.map(async ({ transactionID, primitive }) => {
        this.asked.push({ transactionID, primitive });
        return { mode: 'Response', transactionID, primitive: await this.react(primitive, transactionID) };
      }),
    );
  }

  ofKind<Kind extends RequestPrimitive['kind']>(kind: Kind) {
    return this.asked.flatMap(({ transactionID, primitive }) =>
      primitive.kind === kind
        ? [{ transactionID, primitive: primitive as Extract<RequestPrimitive, { readonly kind: Kind }> }]
        : [],
    );
  }
}

let ids = 0;

/** A SAP 2 that says yes to everything, with a keep-alive time of 100 s. */
export function usualAnswer(request: RequestPrimitive): ResponsePrimitive {
  if (request.kind === 'UserLoginRequest') {
    if (request.credential.scheme === 'challenge') {
      return loginAnswer(401, { nonce: 'the-nonce', digestSchema: request.credential.digestSchemas[0] });
    }
    ids += 1;
    return loginAnswer(200, { userSessionID: `session${ids}`, keepAliveTime: 100 });
  }
  if (request.kind === 'UserKeepAliveRequest') {
    const { status: ok } = status(200);
    return { kind: 'UserKeepAliveResponse', status: ok, keepAliveTime: 100, exceptions: [] };
  }
  return status(200);
}

export const never = (): Promise<ResponsePrimitive> => new Promise(() => undefined);

/** The whole gateway but its listeners, on time that a test lets pass. */
export class GatewayUnderTest {
  readonly time = new ManualTime();
  readonly link = new FakeSapLink();
  readonly events: { readonly name: string; readonly fields: EventFields | undefined }[] = [];
  readonly core: GatewayCore;
  readonly front: CspFront;
  #transactions = 0;

  constructor(settings: object = {}) {
    const parsed = parseGatewaySettings(
      {
        serviceID: 'wv:@operator.example',
        defaultDomain: 'provider.example',
        providers: [
          {
            domain: 'provider.example',
            serviceID: 'wv:@provider.example',
            url: 'http://127.0.0.1:1/ssp',
            sharedSecret: 'a secret of both',
          },
        ],
        ...settings,
      },
      {},
    );
    if (!parsed.ok) throw new Error(parsed.error.join('\n'));
    const [provider] = parsed.value.providers;
    if (provider === undefined) throw new Error('no provider');
    const note = (name: string, fields?: EventFields): void => void this.events.push({ name, fields });
    const log: EventLog = { debug: note, event: note, warn: note, error: note };
    this.core = new GatewayCore({
      settings: parsed.value,
      sapEpoch: 'n1:first',
      links: new Map([[provider, this.link]]),
      time: this.time,
      report: new GatewayReport(log, new GatewayMeasures()),
    });
    this.front = new CspFront(this.core.frontNeeds(new RequestRates(100_000, 100_000)));
  }

  message(primitive: CspPrimitive, sessionID?: string, version: CspVersion = '1.2'): Buffer {
    this.#transactions += 1;
    return encodeCsp({
      version,
      encoding: 'xml',
      session: { type: sessionID === undefined ? 'Outband' : 'Inband', sessionID },
      mode: 'Request',
      transactionID: primitive.kind === 'Polling-Request' ? undefined : `c${this.#transactions}`,
      poll: undefined,
      primitive,
    });
  }

  async post(bytes: Uint8Array, onGone: (listener: () => void) => void = () => undefined) {
    return read(await this.front.answer({ bytes, encoding: 'xml', msisdn: undefined, onGone }));
  }

  say(primitive: CspPrimitive, sessionID?: string, version?: CspVersion) {
    return this.post(this.message(primitive, sessionID, version));
  }

  /** @returns the session */
  async login(user = 'alice'): Promise<string> {
    const answer = await this.say(loginOf(user));
    const { primitive } = answer ?? {};
    if (primitive?.kind !== 'Login-Response' || primitive.sessionID === undefined)
      throw new Error('no session');
    return primitive.sessionID;
  }
}

export const loginOf = (
  user: string,
  credential: Extract<CspPrimitive, { readonly kind: 'Login-Request' }>['credential'] = {
    scheme: 'password',
    password: 'a password that stays nowhere',
  },
) =>
  ({
    kind: 'Login-Request',
    userID: `wv:${user}@provider.example`,
    clientID: { url: `http://${user}.example`, msisdn: undefined, applicationID: undefined },
    credential,
    timeToLive: undefined,
    sessionCookie: 'cookie',
    sessionID: undefined,
    capabilityList: undefined,
  }) as const;

export const KEEP_ALIVE = { kind: 'KeepAlive-Request', timeToLive: undefined } as const;
export const POLL = { kind: 'Polling-Request' } as const;

function read(answer: FrontAnswer): DecodedCspMessage | undefined {
  if (answer.kind !== 'csp') throw new Error(answer.kind);
  if (answer.body === undefined) return undefined;
  const decoded = decodeCsp(answer.body, 'xml');
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return decoded.value;
}
