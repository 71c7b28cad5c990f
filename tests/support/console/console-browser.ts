import { afterAll, beforeAll } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { build } from '../service/built-program.js';
import { ADMIN_TOKEN } from '../service/service-under-test.js';
import { launchChromium } from './chromium.js';

/** Generous, since other work may take all cores. It only ends a test that hangs. */
const PATIENCE_MS = 60_000;

interface Opened {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** A person with a browser. Each visit has its own cookies. */
export class ConsoleBrowser {
  /** What went wrong in any page: scripts that failed, and what the policy of the page refused. */
  readonly faults: string[] = [];
  private browser: Browser | undefined;
  private readonly contexts: BrowserContext[] = [];

  async start(): Promise<void> {
    await build();
    this.browser = await launchChromium();
  }

  async stop(): Promise<void> {
    await this.browser?.close();
  }

  async open(url: string, { width = 1280, height = 900, colorScheme = 'light' }: Opened = {}): Promise<Page> {
    if (this.browser === undefined) throw new Error('the browser is not up');
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme,
      ignoreHTTPSErrors: true,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    this.contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/iu.test(message.text())) this.faults.push(message.text());
    });
    await page.goto(`${url}/console/`);
    return page;
  }

  /** @param token of an administrator */
  async signIn(page: Page, token = ADMIN_TOKEN): Promise<void> {
    await page.getByLabel('Token of an administrator').fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  async signedIn(url: string, opened: Opened = {}, token = ADMIN_TOKEN): Promise<Page> {
    const page = await this.open(url, opened);
    await this.signIn(page, token);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    return page;
  }
}

/** One browser for all tests of the file. */
export function browserForThisFile(): ConsoleBrowser {
  const browser = new ConsoleBrowser();
  beforeAll(() => browser.start());
  afterAll(() => browser.stop());
  return browser;
}

/** Waits until it is seen. */
export async function expectText(where: Page | Locator, text: string | RegExp): Promise<void> {
  await where.getByText(text).first().waitFor();
}
