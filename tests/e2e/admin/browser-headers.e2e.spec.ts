import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

/** Directives of the policy, by name. */
const policyOf = ({ headers }: Response): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );

describe('what a browser may do with an answer of the port of administrators', () => {
  it.each([
    ['GET', '/docs', 200],
    ['GET', '/docs/swagger-ui-bundle.js', 200],
    ['GET', '/openapi.json', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/metrics', 200],
    ['GET', '/admin/v1/users', 200],
    ['GET', '/admin/v1/users/wv:nobody@provider.example', 404],
    ['POST', '/admin/v1/users', 400],
    ['GET', '/nowhere', 404],
  ])(
    '%s %s: it is in no frame, is what it says, and gives no site its address',
    async (method, path, status) => {
      const answer = await service.admin(method, path);
      expect(answer.status).toBe(status);
      const headers = Object.fromEntries(answer.headers);
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(policyOf(answer)).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
      expect(headers['content-security-policy']).not.toContain('unsafe-inline');
    },
  );

  it('without a token too', async () => {
    const answer = await fetch(`${service.adminUrl}/admin/v1/users`);
    expect([answer.status, answer.headers.get('x-frame-options')]).toEqual([401, 'DENY']);
  });

  it('/docs runs its own scripts only, and every style in it is allowed by its hash', async () => {
    const answer = await service.admin('GET', '/docs');
    const policy = policyOf(answer);
    const html = await answer.text();
    expect(policy['script-src']).toBe("'self'");
    expect(
      [...html.matchAll(/<script(?<attributes>[^>]*)>(?<text>[^]*?)<\/script>/g)].length,
    ).toBeGreaterThan(0);
    for (const { groups } of html.matchAll(/<script(?<attributes>[^>]*)>(?<text>[^]*?)<\/script>/g)) {
      expect(groups?.['text']?.trim()).toBe('');
      expect(groups?.['attributes']).toMatch(/ src="\.\/docs\/[\w.-]+"/);
    }
    const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const elements = [...html.matchAll(/<style[^>]*>(?<text>[^]*?)<\/style>/g)];
    const attributes = [...html.matchAll(/ style="(?<text>[^"]*)"/g)];
    expect([elements.length, attributes.length]).toEqual([2, 1]);
    for (const { groups } of elements) expect(policy['style-src-elem']).toContain(hash(groups?.['text']));
    for (const { groups } of attributes) expect(policy['style-src-attr']).toContain(hash(groups?.['text']));
    expect(html).not.toMatch(/\son\w+=/);
  });
});
