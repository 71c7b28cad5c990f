import { describe as group, expect, it } from '@jest/globals';
import { SSP_NAMESPACES, type Transaction } from '@sap2/ssp-wire';
import { toXml } from './codec.js';
import { describe } from './describe.js';
import { clientAt } from './handset.js';
import { metaInfo, statusOf, userKeepAliveRequest, userLoginRequest } from './requests.js';

const inXml = (...transactions: readonly Transaction[]): string =>
  toXml({ kind: 'session', namespace: SSP_NAMESPACES[0], sessionID: 's@operator.example', transactions });

const alice = { userID: 'wv:alice@provider.example', clientID: clientAt('phone-1@handset') };

group('what a message says', () => {
  it('is one entry for each primitive, with what matters of it', () => {
    const login = userLoginRequest(
      metaInfo('wv:@operator.example', alice),
      { scheme: 'challenge', digestSchemas: ['SHA', 'MD5'] },
      { keepAliveTimeS: 60 },
    );
    const answer = { kind: 'Status', status: statusOf(604) } as const;
    const xml = inXml(
      { mode: 'Request', transactionID: '1', primitive: login },
      { mode: 'Response', transactionID: '2', primitive: answer },
    );
    expect(describe(xml, undefined)).toEqual([
      {
        what: 'UserLoginRequest',
        details: [
          'user=wv:alice@provider.example',
          'client=phone-1@handset',
          'timeToLive=60',
          'digestSchemas=SHA,MD5',
        ],
        status: undefined,
      },
      { what: 'Status', details: [], status: 604 },
    ]);
  });

  it('never contains a password', () => {
    const meta = metaInfo('wv:@operator.example', alice);
    const primitive = userLoginRequest(meta, { scheme: 'password', password: 'wonderland' }, {});
    const xml = inXml({ mode: 'Request', transactionID: '1', primitive });
    expect(JSON.stringify(describe(xml, undefined))).not.toContain('wonderland');
  });

  it('does not list a thousand sessions', () => {
    const entries = Array.from({ length: 1000 }, (_, n) => ({
      userSessionID: `s${n}`,
      timeToLive: undefined,
    }));
    const meta = metaInfo('wv:@operator.example', undefined);
    const primitive = userKeepAliveRequest(meta, { type: 'batch', entries });
    const [saying] = describe(inXml({ mode: 'Request', transactionID: '1', primitive }), undefined);
    expect(saying?.details).toEqual(['sessions=s0,s1,s2,s3,1000 in all']);
  });

  it('is the HTTP status where there is no SSP, and a plain word where nothing can be read', () => {
    expect(describe('', 403)).toEqual([{ what: 'HTTP 403', details: [], status: undefined }]);
    expect(describe('<html/>', 200)).toEqual([{ what: 'not SSP', details: [], status: undefined }]);
  });
});
