import { expect, it } from '@jest/globals';
import axe from 'axe-core';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { browserForThisFile } from '../../support/console/console-browser.js';
import { worldForThisFile } from '../../support/service/conformance-world.js';

const browser = browserForThisFile();
const world = worldForThisFile();

/** What axe finds, in its own words. */
async function findingsOn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return found.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => `${impact} ${id}: ${help}: ${target.join(' ')}`),
  );
}

/** Set by `npm run screenshots:console`, for docs/console.md. */
const SCREENSHOTS = process.env['CONSOLE_SCREENSHOTS'];

async function keepPicture(page: Page, name: string, width: number): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  const path = join(SCREENSHOTS, `${name.replaceAll(/\W+/g, '-').toLowerCase()}-${width}.png`);
  await page.screenshot({ path });
}

const PAGES: readonly (readonly [hash: string, heading: string])[] = [
  ['/overview', 'Overview'],
  ['/sessions?domain=provider.example', 'Sessions'],
  ['/users', 'Users'],
  ['/user/wv%3Auser-0%40provider.example', 'wv:user-0@provider.example'],
  ['/operators', 'Operators'],
  ['/operator/wv%3A%40operator.example', 'wv:@operator.example'],
  ['/deliveries', 'Deliveries'],
  ['/jobs', 'Jobs'],
  ['/domains', 'Domains and services'],
  ['/audit', 'Audit'],
  ['/administrators', 'Administrators'],
];

it.each([
  [1280, 'light'],
  [390, 'dark'],
] as const)('axe finds nothing on any page, at %i pixels and %s', async (width, colorScheme) => {
  const findings: Record<string, readonly string[]> = {};
  const first = await browser.open(world.service.adminUrl, { width, colorScheme });
  await first.getByLabel('Token of an administrator').waitFor();
  findings['log-in'] = await findingsOn(first);
  await keepPicture(first, 'log-in', width);
  await world.newUser().session();
  const page = await browser.signedIn(world.service.adminUrl, { width, colorScheme });
  for (const [hash, heading] of PAGES) {
    await page.goto(`${world.service.adminUrl}/console/#${hash}`);
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await page.getByText('The answer is on its way').first().waitFor({ state: 'detached' });
    findings[hash] = await findingsOn(page);
    await keepPicture(page, hash.split(/[/?]/)[1] ?? '', width);
  }
  expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
});
