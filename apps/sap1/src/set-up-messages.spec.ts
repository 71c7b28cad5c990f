import { describe, expect, it } from '@jest/globals';
import { loginRequest, passwordDigest, provesSecret } from './set-up-messages.js';

const operator = { ownServiceID: 'wv:@operator.example', sharedSecret: 'a secret of both' };
const provider = { ownServiceID: 'wv:@provider.example', sharedSecret: 'a secret of both' };

describe('the proof of the secret', () => {
  it('is HMAC-SHA-256 over token, sender and receiver', () => {
    // printf 'tok\nwv:@operator.example\nwv:@provider.example' | openssl dgst -sha256 -hmac 'a secret of both' -binary | base64
    expect(passwordDigest('a secret of both', 'tok', operator.ownServiceID, provider.ownServiceID)).toBe(
      'ut/iM6aRsbzNjTpy4tnpArELYD/nfDqvoOE6WAkHd8w=',
    );
  });

  it('convinces the sender of the token', () => {
    const proof = loginRequest(operator, provider.ownServiceID, 'tok');
    expect(provesSecret(proof, provider, operator.ownServiceID, 'tok')).toBe(true);
    expect(provesSecret(proof, provider, operator.ownServiceID, 'another')).toBe(false);
  });

  it('can not be thrown back at its maker', () => {
    const proof = loginRequest(operator, provider.ownServiceID, 'tok');
    expect(provesSecret(proof, operator, provider.ownServiceID, 'tok')).toBe(false);
  });

  it('is none when made in another way', () => {
    const proof = loginRequest(operator, provider.ownServiceID, 'tok');
    const md5 = { ...proof, passwordDigest: { ...proof.passwordDigest, digestSchema: 'MD5' } };
    expect(provesSecret(md5, provider, operator.ownServiceID, 'tok')).toBe(false);
  });
});
