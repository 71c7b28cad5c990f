import { describe, expect, it } from '@jest/globals';
import { browserForThisFile, expectText } from '../../support/console/console-browser.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';

const browser = browserForThisFile();
const world = worldForThisFile();

const url = (): string => world.service.adminUrl;
const ACT = { 'X-SAP2-Console': 'act' };

/** A log-in without a browser. */
async function cookieOf(token = ADMIN_TOKEN): Promise<{ cookie: string; setCookie: string }> {
  const answer = await fetch(`${url()}/console/session`, {
    method: 'POST',
    headers: { ...ACT, 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const setCookie = answer.headers.get('set-cookie') ?? '';
  return { cookie: setCookie.split(';')[0] ?? '', setCookie };
}

const ask = (headers: Readonly<Record<string, string>>, method = 'GET', path = '/admin/v1/users') =>
  fetch(`${url()}${path}`, { method, headers });

async function newToken(name: string, scopes: readonly string[]): Promise<string> {
  const made = await new AdminClient(url()).ask('POST', '/administrators', { body: { name, scopes } });
  return (made.json as { token: string }).token;
}

describe('a log-in in the browser', () => {
  it('opens the console, and a log-out closes it at the service too', async () => {
    const page = await browser.signedIn(url());
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', name: 'sap2-console' });
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    expect((await ask({ ...ACT, Cookie: `sap2-console=${cookie?.value}` })).status).toBe(401);
  });

  it('with a wrong token is refused, in the words of the service', async () => {
    const page = await browser.open(url());
    await browser.signIn(page, 'wrong');
    await expectText(page.getByRole('alert'), 'No administrator has this token.');
    await expectText(page.getByRole('alert'), 'Request id');
  });

  it('ends at once when its token is replaced', async () => {
    const token = await newToken('replaced', ['read']);
    const page = await browser.signedIn(url(), {}, token);
    await new AdminClient(url()).ask('POST', '/administrators/replaced/token');
    await expectText(page, 'Your session is over. Log in again.');
  });

  it('shows no act that the scopes of the token do not allow', async () => {
    const token = await newToken('reader', ['read']);
    await world.newUser().session();
    const page = await browser.signedIn(url(), {}, token);
    await page.getByRole('link', { name: 'Sessions', exact: true }).click();
    await page.getByRole('row').nth(1).waitFor();
    await expect(page.getByRole('button', { name: /^End/ }).count()).resolves.toBe(0);
  });
});

describe('a session of the console', () => {
  it('serves the REST API with its cookie and the header of the console', async () => {
    const { cookie } = await cookieOf();
    expect((await ask({ ...ACT, Cookie: cookie })).status).toBe(200);
  });

  it('is refused without the header, from another site, and with an unknown id', async () => {
    const { cookie } = await cookieOf();
    expect((await ask({ Cookie: cookie })).status).toBe(403);
    expect((await ask({ ...ACT, Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await ask({ ...ACT, Cookie: cookie, 'Sec-Fetch-Site': 'same-site' })).status).toBe(403);
    expect((await ask({ ...ACT, Cookie: `sap2-console=${'0'.repeat(64)}` })).status).toBe(401);
  });

  it('does not begin for a request that another site could send', async () => {
    const answer = await fetch(`${url()}/console/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: ADMIN_TOKEN }),
    });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it('does nothing that its scopes do not allow', async () => {
    const { cookie } = await cookieOf(await newToken('looks-only', ['read']));
    const answer = await ask({ ...ACT, Cookie: cookie }, 'POST', '/admin/v1/users');
    expect([answer.status, await answer.json()]).toMatchObject([403, { detail: /scope "users"/ }]);
  });

  it('has a cookie that scripts and other sites cannot use', async () => {
    const { setCookie } = await cookieOf();
    expect(setCookie).toMatch(/^sap2-console=[0-9a-f]{64}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
  });

  it('is stored nowhere by its id, and its token nowhere at all', async () => {
    const { cookie } = await cookieOf();
    const id = cookie.split('=')[1] ?? 'missing';
    expect(world.service.log.join('')).not.toContain(id);
    expect(world.service.log.join('')).not.toContain(ADMIN_TOKEN);
  });
});

describe('the page', () => {
  it('has a policy that allows its own files only, and no text that becomes markup', async () => {
    const answer = await fetch(`${url()}/console/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy.split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    const html = await answer.text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  });

  it('did nothing in all this that its policy refuses', () => {
    expect(browser.faults).toEqual([]);
  });
});
