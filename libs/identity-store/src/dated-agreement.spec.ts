import { describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import { DatedAgreement, type WholeAgreement } from './dated-agreement.js';
import { SecretVault } from './secret-vault.js';

const PEER = 'wv:@operator.example';
const vault = new SecretVault([{ id: 'k1', key: new Uint8Array(32).fill(1) }]);
const sealed = (secret: string): string => vault.seal(secret, `agreement ${PEER}`);

const BEGIN = '2027-01-01T00:00:00+00:00';
const OVERLAP_END = '2027-01-02T00:00:00+00:00';
const END = '2027-02-01T00:00:00+00:00';
const at = (time: string, plusMs = 0): number => Date.parse(time) + plusMs;

const agreement = (changes: Partial<WholeAgreement> = {}): DatedAgreement =>
  new DatedAgreement(
    {
      service_id: PEER,
      own_service_id: 'wv:@provider.example',
      enabled: true,
      shared_secrets: [],
      callback_url: null,
      answer_mode: 'inline',
      digest_schemas: ['HMAC-SHA-256'],
      namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
      allow_password_over_http: false,
      services: null,
      required_transport: 'any',
      client_certificates: [],
      source_addresses: [],
      allow_unprotected: false,
      session_life: 'time-to-live',
      requests_per_second: null,
      logins_per_second: null,
      in_flight: null,
      ssp_sessions: null,
      unfinished_setups: null,
      valid_from: null,
      valid_until: null,
      deleted_at: null,
      revision: 1,
      created_at: BEGIN,
      updated_at: BEGIN,
      domains: ['provider.example' as Domain],
      secrets: [
        { direction: 'inbound', secret: sealed('new'), valid_until: null },
        { direction: 'outbound', secret: sealed('ours'), valid_until: null },
        { direction: 'inbound', secret: sealed('old'), valid_until: OVERLAP_END },
      ],
      ...changes,
    },
    vault,
  );

describe('an agreement in time', () => {
  it('is in force from its beginning, and not at its end any more', () => {
    const dated = agreement({ valid_from: BEGIN, valid_until: END });
    const inForce = [at(BEGIN, -1), at(BEGIN), at(END, -1), at(END)].map(
      (nowMs) => [dated.inForceAt(nowMs)?.peer, dated.entitlementAt(nowMs)?.peer] as const,
    );
    expect(inForce).toEqual([
      [undefined, undefined],
      [PEER, PEER],
      [PEER, PEER],
      [undefined, undefined],
    ]);
  });

  it('is never in force while disabled, and its peer can still get what is owed to it', () => {
    const dated = agreement({ enabled: false });
    expect(dated.inForceAt(at(BEGIN))).toBeUndefined();
    expect(dated.entitlementAt(at(BEGIN))).toBeUndefined();
    expect(dated.at(at(BEGIN)).peer).toBe(PEER);
  });

  it('F13: takes both secrets of a direction until the overlap ends, to the moment', () => {
    const dated = agreement();
    const accepted = [-1, 0].map((ms) => dated.inForceAt(at(OVERLAP_END, ms))?.acceptedSecrets);
    expect(accepted).toEqual([['new', 'old'], ['new']]);
    expect(dated.inForceAt(at(OVERLAP_END))?.signingSecrets).toEqual(['ours']);
  });
});
