import { expect, it } from '@jest/globals';
import { browserForThisFile } from '../../support/console/console-browser.js';
import { worldForThisFile } from '../../support/service/conformance-world.js';

const browser = browserForThisFile();
const world = worldForThisFile();

const isLive = async (id: string): Promise<boolean> =>
  (await world.service.admin('GET', `/admin/v1/sessions/${id}`)).status === 200;

it('a session is found as one types the begin of its user, and ended after the console has named it', async () => {
  const alice = world.newUser();
  const [phone, tablet] = [await alice.session(), await alice.on('tablet-1@handset').session()];
  const page = await browser.signedIn(world.service.adminUrl);
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  const search = page.locator('[data-search]');
  await search.waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(alice.userID.slice(3, 8));
  await page.getByRole('option', { name: `User: ${alice.userID}` }).click();
  await page.getByRole('row').filter({ hasText: 'phone-1@handset' }).getByRole('button').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(`This ends 1 session: ${alice.userID} on phone-1@handset.`).waitFor();
  expect(await isLive(phone)).toBe(true);
  await dialog.getByRole('button', { name: 'End 1 session' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect([await isLive(phone), await isLive(tablet)]).toEqual([false, true]);
});

it('all sessions of a condition are counted, ended by a job, and followed to its end', async () => {
  const bob = world.newUser();
  const ids = [await bob.on('a@handset').session(), await bob.on('b@handset').session()];
  const page = await browser.signedIn(world.service.adminUrl);
  await page.goto(`${world.service.adminUrl}/console/#/sessions?user=${bob.userID}`);
  await page.getByRole('button', { name: 'End all that match …' }).click();
  await page.getByText('This ends 2 sessions.').waitFor();
  await page.getByLabel('Reason').fill('maintenance');
  await page.getByRole('button', { name: 'End 2 sessions' }).click();
  await page.getByText('Done: it ended 2.').waitFor();
  expect(await Promise.all(ids.map(isLive))).toEqual([false, false]);
});

it('nothing of it broke the policy of the page', () => {
  expect(browser.faults).toEqual([]);
});
