import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_PATH, type OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../../../apps/sap2/src/admin/operations.js';
import { type HttpAnswer, RawHttp } from '../../support/peers/raw-http.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

const AUTHORIZED = { Authorization: `Bearer ${ADMIN_TOKEN}` };
const JSON_TYPE = { ...AUTHORIZED, 'Content-Type': 'application/json' };

/** How a client can send no body and still say of what type it would be. */
const EMPTY: readonly [string, Readonly<Record<string, string>>][] = [
  ['Content-Length: 0', { ...JSON_TYPE, 'Content-Length': '0' }],
  ['neither length nor chunks', JSON_TYPE],
  ['no chunk but the last', { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' }],
  ['a charset', { ...JSON_TYPE, 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': '0' }],
];

/** Names of things that are not there: the same request can be sent again and again. */
const ABSENT: Readonly<Record<string, string>> = {
  serviceID: 'wv:@nobody.example',
  userID: 'wv:nobody@provider.example',
  name: 'nobody.example',
};

const pathOf = ({ path }: OperationSpec): string =>
  `${ADMIN_PATH}${path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(ABSENT[name] ?? '0'))}`;

const CHANGES = ADMIN_OPERATIONS.filter(({ method }) => method !== 'GET');

let service: ServiceUnderTest;
let http: RawHttp;
beforeAll(async () => {
  service = await startServiceUnderTest();
  http = new RawHttp(service.adminUrl, []);
});
afterAll(async () => {
  http.close();
  await service.stop();
});

const said = ({ status, body }: HttpAnswer): unknown => [status, body.replace(/"requestID":"[^"]*"/, '')];

describe('an empty body of type application/json', () => {
  it.each(CHANGES.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))(
    'is no body, and the connection is kept: %s',
    async (_name, spec) => {
      const { method } = spec;
      const without = await http.request({ method, headers: AUTHORIZED }, pathOf(spec));
      for (const [framing, headers] of EMPTY) {
        const answer = await http.request({ method, headers }, pathOf(spec));
        expect([framing, said(answer)]).toEqual([framing, said(without)]);
        expect([framing, answer.headers.connection]).toEqual([framing, 'keep-alive']);
      }
    },
  );

  it('is what an operation that needs a body refuses in its own words', async () => {
    const answer = await http.request({ method: 'POST', headers: JSON_TYPE }, `${ADMIN_PATH}/domains`);
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      400,
      { errors: [{ pointer: '', detail: 'It is missing.' }] },
    ]);
  });

  it('took one connection for all of this', () => {
    expect(http.connections.size).toBe(1);
  });

  it('is not the same as a body that is no JSON', async () => {
    const answer = await http.request(
      { method: 'POST', headers: JSON_TYPE, chunks: [' '] },
      `${ADMIN_PATH}/domains`,
    );
    expect(answer.status).toBe(400);
  });
});
