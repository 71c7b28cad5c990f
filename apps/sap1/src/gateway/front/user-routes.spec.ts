import { describe, expect, it } from '@jest/globals';
import { domainOf, foldUser } from './user-routes.js';

describe('a user ID', () => {
  it.each(['wv:Alice@Provider.Example', 'alice@provider.example', 'alice@provider.example/phone/@x'])(
    '%s names one user of one domain, so one limit counts for all spellings',
    (userID) => {
      expect(foldUser(userID)).toBe('alice@provider.example');
      expect(domainOf(userID)).toBe('provider.example');
    },
  );
});
