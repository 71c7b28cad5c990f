import type { SubscriptionRecord, Subscriptions } from '@sap2/administration';
import { CAEP_EVENTS, CAEP_TYPES, type PublicKey, type SigningKeys } from '@sap2/webhooks';

/** RFC 8935 */
const PUSH = 'urn:ietf:rfc:8935';
/** A stranger who asks again and again reads the memory, and not the database. */
const KEYS_BELIEVED_MS = 10_000;

export const SSF_BASE = '/ssf/v1';

interface SharedSignalsNeeds {
  /** Undefined: switched off. */
  readonly issuer: string | undefined;
  readonly keys: Pick<SigningKeys, 'published'>;
  readonly subscriptions: Pick<Subscriptions, 'book' | 'test'>;
  readonly nowMs: () => number;
}

/** What receivers of security events read: a transmitter of SSF 1.0, its keys and its streams (northbound §4). */
export class SharedSignals {
  readonly subscriptions: SharedSignalsNeeds['subscriptions'];
  private keys: { readonly readAtMs: number; readonly all: Promise<readonly PublicKey[]> } | undefined;

  constructor(private readonly on: SharedSignalsNeeds) {
    ({ subscriptions: this.subscriptions } = on);
  }

  /** SSF 1.0 §7.1; undefined: switched off. */
  metadata() {
    const { issuer } = this.on;
    if (issuer === undefined) return undefined;
    const below = `${issuer}${SSF_BASE}`;
    return {
      spec_version: '1_0',
      issuer,
      jwks_uri: `${below}/jwks.json`,
      delivery_methods_supported: [PUSH],
      configuration_endpoint: `${below}/streams`,
      status_endpoint: `${below}/status`,
      verification_endpoint: `${below}/verify`,
      authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6750' }],
      default_subjects: 'ALL',
    };
  }

  /** RFC 7517 §5; undefined: switched off. */
  async keySet(): Promise<{ readonly keys: readonly PublicKey[] } | undefined> {
    if (this.on.issuer === undefined) return undefined;
    const nowMs = this.on.nowMs();
    if (this.keys === undefined || nowMs - this.keys.readAtMs > KEYS_BELIEVED_MS) {
      const all = this.on.keys.published();
      this.keys = { readAtMs: nowMs, all };
      // The next request reads again.
      all.catch(() => (this.keys = undefined));
    }
    return { keys: await this.keys.all };
  }

  /** Undefined: there is no stream with this id, or Shared Signals are off. */
  async stream(id: string): Promise<SubscriptionRecord | undefined> {
    const subscription = await this.subscriptions.book.find(id);
    return this.on.issuer !== undefined && subscription?.format === 'caep' ? subscription : undefined;
  }

  /** SSF 1.0 §8.1.1 */
  configurationOf({ id, name, url, types }: SubscriptionRecord) {
    const requested = types.length === 0 ? CAEP_TYPES : CAEP_TYPES.filter((type) => types.includes(type));
    const urls = requested.map((type) => CAEP_EVENTS[type]);
    return {
      stream_id: id,
      iss: this.on.issuer,
      aud: url,
      delivery: { method: PUSH, endpoint_url: url },
      events_supported: Object.values(CAEP_EVENTS),
      events_requested: urls,
      events_delivered: urls,
      description: name,
    };
  }
}

/** SSF 1.0 §8.1.2: the events of a paused stream wait. A receiver that answered 410 disabled it. */
export const statusOf = ({ id, enabled, disabledBecause }: SubscriptionRecord) => ({
  stream_id: id,
  status: enabled ? 'enabled' : disabledBecause === 'gone' ? 'disabled' : 'paused',
});
