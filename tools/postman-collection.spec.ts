import { describe, expect, it } from '@jest/globals';
import { EVERY_OPERATION } from '../apps/sap2/src/admin/admin-http.js';
import { openApiDocument } from '../apps/sap2/src/admin/http/openapi.js';
import { postmanCollection } from './postman-collection.js';

interface Request {
  readonly method: string;
  readonly url: { readonly raw: string; readonly variable: readonly { readonly key: string }[] };
  readonly body?: { readonly raw: string };
}

const { item } = postmanCollection(EVERY_OPERATION, openApiDocument(EVERY_OPERATION)) as unknown as {
  readonly item: readonly { readonly item: readonly { readonly request: Request }[] }[];
};
const requests = item.flatMap((folder) => folder.item.map(({ request }) => request));

describe('the Postman collection', () => {
  it('has each operation once, with the parameters of its path', () => {
    const names = requests.map(({ method, url }) => `${method} ${url.raw}`);
    expect(names.toSorted()).toEqual(
      EVERY_OPERATION.map(({ method, base, path }) => `${method} {{url}}${base}${path}`).toSorted(),
    );
    for (const { url } of requests)
      expect(url.variable.map(({ key }) => `:${key}`)).toEqual(url.raw.match(/:\w+/g) ?? []);
  });

  it.each([
    'POST {{url}}/admin/v1/users',
    'POST {{url}}/admin/v1/agreements',
    'POST {{url}}/admin/v1/domains',
  ])('%s has a body that its schema takes', (name) => {
    const raw = requests.find(({ method, url }) => `${method} ${url.raw}` === name)?.body?.raw ?? '';
    const spec = EVERY_OPERATION.find(({ method, base, path }) => `${method} {{url}}${base}${path}` === name);
    expect(spec?.body?.safeParse(JSON.parse(raw)).error?.issues ?? []).toEqual([]);
    expect(raw).not.toBe('{}');
  });
});
