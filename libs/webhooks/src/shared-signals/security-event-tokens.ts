import type { FeedEvent } from '@sap2/event-feed';
import type { Clock } from '@sap2/kernel';
import { importJWK, SignJWT } from 'jose';
import type { SigningKeys } from '../ports/signing-keys.port.js';
import { caepEventOf, subjectOf } from './caep.js';

const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const ALGORITHM = 'ES256';
const MS = 1_000;

/** A stream of events to one receiver. */
export interface TokenStream {
  readonly id: string;
  /** Where its tokens go; the audience of each. */
  readonly url: string;
}

/** Security event tokens (RFC 8417), signed with the present key. */
export class SecurityEventTokens {
  constructor(
    private readonly keys: Pick<SigningKeys, 'signing'>,
    /** Of all tokens: `SAP2_SSF_ISSUER`. */
    readonly issuer: string,
    private readonly clock: Clock,
  ) {}

  /** Of an event of CAEP. Its `jti` is the id of the event, so a repeated token is known by it. */
  ofEvent(event: FeedEvent, stream: TokenStream): Promise<string> {
    return this.signed(stream, event.id, subjectOf(event, this.issuer), caepEventOf(event));
  }

  /** That the stream works (SSF 1.0 §8.1.4). `state` is what the receiver asked with. */
  ofVerification(id: string, stream: TokenStream, state: string | undefined): Promise<string> {
    const subject = { format: 'opaque', id: stream.id };
    return this.signed(stream, id, subject, { [VERIFICATION]: { ...(state !== undefined && { state }) } });
  }

  private async signed(
    stream: TokenStream,
    id: string,
    subject: object,
    events: Readonly<Record<string, object>>,
  ): Promise<string> {
    const key = await this.keys.signing();
    return new SignJWT({ sub_id: subject, events })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'secevent+jwt' })
      .setIssuer(this.issuer)
      .setAudience(stream.url)
      .setIssuedAt(Math.floor(this.clock.nowMs() / MS))
      .setJti(id)
      .sign(await importJWK(key, ALGORITHM));
  }
}
