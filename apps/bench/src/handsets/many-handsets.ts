import { setTimeout as pause } from 'node:timers/promises';
import {
  CSP_MEDIA_TYPES,
  type CspCredential,
  type CspPrimitive,
  type DecodedCspMessage,
  decodeCsp,
  encodeCsp,
} from '@sap2/csp-wire';
import { Pool } from 'undici';
import { digestOf } from '../../../handset/src/password-digest.js';
import { nowMs } from '../figures.js';

/** Handsets of one operator come through its WAP gateway, which shares its connections. */
const CONNECTIONS = 256;
const SCHEMA = 'SHA-256';
const ENCODING = 'wbxml';

export interface KeptAlive {
  readonly durationsMs: readonly number[];
  readonly failures: number;
}

/** Handsets by their number, as light as they can be: a session id each. */
export class ManyHandsets {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly sessions = new Map<number, string>();
  private transactions = 0;

  constructor(
    front: string,
    private readonly password: string,
  ) {
    const { origin, pathname } = new URL(front);
    this.pool = new Pool(origin, { connections: CONNECTIONS });
    this.path = pathname;
  }

  /** Four-way. @returns how long it took, in ms */
  async logIn(handset: number): Promise<number> {
    const since = nowMs();
    const challenge = await this.say(
      handset,
      loginOf(handset, { scheme: 'challenge', digestSchemas: [SCHEMA] }),
    );
    const nonce = challenge?.primitive.kind === 'Login-Response' ? challenge.primitive.nonce : undefined;
    const digestBytes = digestOf(SCHEMA, nonce ?? '', this.password) ?? '';
    const answer = await this.say(handset, loginOf(handset, { scheme: 'digest', digestBytes }));
    const id = answer?.primitive.kind === 'Login-Response' ? answer.primitive.sessionID : undefined;
    if (id === undefined)
      throw new Error(`handset ${handset} is not in: ${JSON.stringify(answer?.primitive)}`);
    this.sessions.set(handset, id);
    return nowMs() - since;
  }

  /** Each handset keeps itself alive every so often, all of them spread over that time. */
  async keepAlive(count: number, everyS: number, forMs: number): Promise<KeptAlive> {
    const durationsMs: number[] = [];
    let failures = 0;
    const turn = async (handset: number): Promise<void> => {
      const since = nowMs();
      const answer = await this.say(handset, { kind: 'KeepAlive-Request', timeToLive: undefined });
      durationsMs.push(nowMs() - since);
      const { primitive } = answer ?? {};
      if (primitive?.kind !== 'KeepAlive-Response' || primitive.result.code !== 200) failures += 1;
    };
    const began = nowMs();
    const turns: Promise<void>[] = [];
    const perMs = count / (everyS * 1_000);
    for (let next = 0; nowMs() - began < forMs;) {
      for (const due = (nowMs() - began) * perMs; next < due; next += 1) turns.push(turn(next % count));
      await pause(2);
    }
    await Promise.all(turns);
    return { durationsMs, failures };
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async say(handset: number, primitive: CspPrimitive): Promise<DecodedCspMessage | undefined> {
    this.transactions += 1;
    const sessionID = primitive.kind === 'Login-Request' ? undefined : this.sessions.get(handset);
    const body = encodeCsp({
      version: '1.2',
      encoding: ENCODING,
      session: { type: sessionID === undefined ? 'Outband' : 'Inband', sessionID },
      mode: 'Request',
      transactionID: String(this.transactions),
      poll: undefined,
      primitive,
    });
    const headers = { 'content-type': CSP_MEDIA_TYPES[ENCODING] };
    const answer = await this.pool.request({ method: 'POST', path: this.path, headers, body });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (bytes.length === 0) return undefined;
    const decoded = decodeCsp(bytes, ENCODING);
    if (!decoded.ok) throw new Error(`HTTP ${answer.statusCode}: ${decoded.error.detail}`);
    return decoded.value;
  }
}

const loginOf = (handset: number, credential: CspCredential): CspPrimitive => ({
  kind: 'Login-Request',
  userID: `wv:user-${handset}@provider.example`,
  clientID: { url: `phone-${handset}`, msisdn: undefined, applicationID: undefined },
  credential,
  timeToLive: undefined,
  sessionCookie: undefined,
  sessionID: undefined,
  capabilityList: undefined,
});
