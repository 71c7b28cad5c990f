import { expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@sap2/test-support';
import type { Page } from 'playwright-core';
import { browserForThisFile, expectText } from '../../support/console/console-browser.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { until } from '../../support/service/until.js';
import { worldWithDoors } from '../../support/service/world-with-doors.js';

const browser = browserForThisFile();
const { world, door, connected } = worldWithDoors([OPERATOR, RIVAL], { SAP2_PUSH_TRIAL_MAX_S: '1' });

const admin = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
  (await (await world.service.admin('GET', `/admin/v1${path}`)).json()) as Readonly<Record<string, unknown>>;

async function at(hash: string): Promise<Page> {
  const page = await browser.signedIn(world.service.adminUrl);
  await page.goto(`${world.service.adminUrl}/console/#${hash}`);
  return page;
}

/** Presses a button on the page, then the one in the dialog that does it. */
async function act(page: Page, open: string, says: string | RegExp, does: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: open, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expectText(dialog, says);
  await dialog.getByRole('button', { name: does }).click();
  await dialog.waitFor({ state: 'hidden' });
}

it('users: one is created, suspended with the count of its sessions, reactivated, and unlocked', async () => {
  const page = await at('/users');
  await page.getByRole('button', { name: 'Create a user …' }).click();
  await page.getByRole('textbox', { name: 'User id' }).fill('wv:made-here@provider.example');
  await page.getByLabel('Password').fill('a password of some length');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'wv:made-here@provider.example' }).waitFor();
  await page.getByRole('button', { name: 'Suspend …' }).click();
  await expectText(page.getByRole('dialog'), /ends 0 live sessions/);
  await page.getByLabel('Reason').fill('lost phone');
  await page.getByRole('button', { name: 'Suspend and end 0 sessions' }).click();
  await expectText(page, 'lost phone');
  await act(page, 'Reactivate …', /can log in again/, 'Reactivate');
  await expectText(page, 'active');
  await act(page, 'Unlock …', /No session ends/, 'Unlock');
  await expect(admin('/users/wv%3Amade-here%40provider.example')).resolves.toMatchObject({
    suspended: false,
  });
});

it('users: an import has a result for each line, and shows the refused ones', async () => {
  const file = join(mkdtempSync(join(testFolder(), 'import-')), 'users.ndjson');
  const lines = ['wv:one@provider.example', 'wv:two@provider.example', 'wv:three@unknown.example'];
  writeFileSync(
    file,
    lines.map((userID) => `${JSON.stringify({ userID, password: 'long enough to pass' })}\n`).join(''),
  );
  const page = await at('/users');
  await page.getByRole('button', { name: 'Import users …' }).click();
  await page.getByLabel('File with one JSON text for each user').setInputFiles(file);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expectText(page.getByRole('dialog'), /Complete: 2 created, 1 refused/);
  await page.getByRole('dialog').getByRole('cell', { name: '3', exact: true }).waitFor();
  await expect(admin('/users/wv%3Aone%40provider.example')).resolves.toMatchObject({ suspended: false });
});

it('one session: all others of the user are ended, and this one stays', async () => {
  const user = world.newUser();
  const [kept, other] = [await user.session(), await user.on('other@handset').session()];
  const page = await at(`/session/${kept}`);
  await act(page, 'End all others of this user …', /This ends 1 session of/, 'End 1 session');
  await expect(admin(`/sessions/${other}`)).resolves.toMatchObject({ status: 404 });
  await expect(admin(`/sessions/${kept}`)).resolves.toMatchObject({ id: kept });
});

it('operators: one goes away while a person looks; its deliveries are paused, resumed, and arrive', async () => {
  const sap1 = await connected(RIVAL);
  const user = world.newUser(sap1);
  const id = await user.session();
  const page = await at(`/operator/${encodeURIComponent(RIVAL.serviceID)}`);
  await expectText(page, 'reachable');
  await act(page, 'Pause deliveries …', /none is sent until you resume/, 'Pause');
  await expectText(page, 'paused');
  await world.end(id);
  await page.getByRole('link', { name: user.userID }).waitFor();
  door(RIVAL).answer = () => ({ httpStatus: 503 });
  await act(page, 'Resume deliveries …', /1 held disconnects are sent/, 'Resume');
  await expectText(page, /unreachable|Last error/);
  door(RIVAL).answer = () => undefined;
  await until('the push', () => door(RIVAL).pushesOf(id).length > 0);
  await page.getByRole('link', { name: user.userID }).waitFor({ state: 'detached' });
});

it('operators: a probe shows each step, and a secret is replaced with an overlap', async () => {
  const page = await at(`/operator/${encodeURIComponent(OPERATOR.serviceID)}`);
  await page.getByRole('button', { name: 'Probe', exact: true }).click();
  await expectText(page, 'Outcome: opened');
  await page.getByRole('cell', { name: 'message 1', exact: true }).waitFor();
  await page.getByRole('button', { name: 'New secret …' }).click();
  await page.getByRole('textbox', { name: 'Shared secret' }).fill('another-secret-of-the-operator');
  await page.getByRole('button', { name: 'Replace the secret' }).click();
  await expectText(page, '2, 1');
});

it('audit: what was done here is found by its act, and the chain is verified', async () => {
  const name = 'audited.example';
  await new AdminClient(world.service.adminUrl).ask('POST', '/domains', { body: { name } });
  const page = await at('/audit?action=domain.create');
  await page.getByRole('cell', { name: 'domain audited.example' }).first().waitFor();
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await expectText(page, /The chain is sound/);
});

it('administrators: one is created with a token that is shown once, and that logs in', async () => {
  const page = await at('/administrators');
  await page.getByRole('button', { name: 'Create an administrator …' }).click();
  await page.getByLabel('Name').fill('night-shift');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const shown = page.getByRole('dialog', { name: 'The new token' });
  const token = (await shown.getByRole('code').innerText()).trim();
  expect(token).not.toBe(ADMIN_TOKEN);
  await browser.signedIn(world.service.adminUrl, {}, token);
});

it('an error shows the words of the service and the request id, which its log has too', async () => {
  const page = await at('/domains');
  await page.getByRole('button', { name: 'Delete: provider.example' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expectText(dialog.getByRole('alert'), 'Request id');
  const requestID = (await dialog.getByRole('alert').getByRole('code').innerText()).trim();
  expect(world.service.log.join('')).toContain(requestID);
});

it('the palette leads to a page by the keyboard alone', async () => {
  const page = await at('/overview');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Jobs');
  await page.getByRole('option', { name: 'Jobs' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  expect(browser.faults).toEqual([]);
});
