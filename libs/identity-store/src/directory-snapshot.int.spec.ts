import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OPERATOR, OTHER_OPERATOR, PROVIDER } from '@sap2/test-support';
import type { Seed } from '@sap2/administration';
import type { ServiceID } from '@sap2/session-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { agreementWith, seed, storeUnderTest, type StoreUnderTest } from './store-under-test.fixture.js';

let test: StoreUnderTest;
beforeAll(async () => {
  test = await storeUnderTest();
});
afterAll(() => test.close());
beforeEach(() => test.reset());

const apply = (changes: Partial<Seed>) =>
  seed(test.store, { domains: [], agreements: [], users: [], administrators: [], ...changes });

describe('the directory', () => {
  const eventually = async (check: () => void): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return check();
      } catch (error) {
        if (tries === 300) throw error;
        await sleep(10);
      }
    }
  };

  it('tells what the seed said', async () => {
    await apply({
      domains: [
        {
          name: 'info.example',
          spInfo: {
            name: 'Info',
            description: 'D',
            url: 'http://i',
            logo: { contentType: 'image/png', content: 'AAAA' },
          },
          services: ['SRCH'],
        },
      ],
      agreements: [
        agreementWith('wv:@cb.example', {
          domains: ['info.example'],
          answerMode: 'callback',
          callbackUrl: 'http://peer',
          digestSchemas: ['HMAC-SHA-256', 'MD5'],
          allowUnprotected: true,
          allowPasswordOverHttp: true,
          services: ['SRCH', 'GETSPI'],
        }),
      ],
    });
    const { directory, agreements } = test.store;
    expect(directory.domain('info.example' as typeof PROVIDER)).toEqual({
      hasUserDirectory: false,
      name: 'info.example',
      spInfo: {
        name: 'Info',
        description: 'D',
        url: 'http://i',
        logo: { contentType: 'image/png', content: 'AAAA' },
      },
      services: new Set(['SRCH']),
    });
    expect(directory.domain(PROVIDER)?.services).toBeUndefined();
    expect(directory.domain('other.example' as typeof PROVIDER)).toBeUndefined();
    expect(directory.entitlement('wv:@cb.example' as ServiceID)).toEqual({
      peer: 'wv:@cb.example',
      domains: new Set(['info.example']),
      allowPasswordOverHttp: true,
      services: new Set(['SRCH', 'GETSPI']),
    });
    expect(agreements.ofPeer('wv:@cb.example')).toMatchObject({
      peer: 'wv:@cb.example',
      ownServiceID: 'wv:@info.example',
      acceptedSecrets: ['secret of wv:@cb.example'],
      signingSecrets: ['secret of wv:@cb.example'],
      callbackUrl: 'http://peer',
      answerMode: 'callback',
      digestSchemas: ['HMAC-SHA-256', 'MD5'],
      namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
    });
  });

  it('shows a change that another process made, soon and without being asked', async () => {
    const { directory, agreements } = test.store;
    await test.sql(`INSERT INTO domain (name) VALUES ('elsewhere.example')`);
    await eventually(() => expect(directory.domain('elsewhere.example' as typeof PROVIDER)).toBeDefined());
    await test.sql('UPDATE agreement SET enabled = false WHERE service_id = $1', [OPERATOR]);
    await eventually(() => expect(agreements.ofPeer(OPERATOR)).toBeUndefined());
    await test.sql('DELETE FROM agreement_domain WHERE service_id = $1', [OTHER_OPERATOR]);
    await eventually(() => expect(directory.entitlement(OTHER_OPERATOR)?.domains).toEqual(new Set()));
    expect(directory.domain(PROVIDER)).toBeDefined();
  });
});
