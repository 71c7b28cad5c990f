import { expect } from '@jest/globals';
import type { Outcome } from './sap2-command.js';

type Shown = Readonly<Record<string, unknown>>;

interface CommandLine {
  readonly sap2: (args: readonly string[]) => Promise<Outcome>;
  readonly json: (...args: readonly string[]) => Promise<Shown>;
  readonly items: (...args: readonly string[]) => Promise<readonly Shown[]>;
}

/** Runs every command of webhook subscriptions, and looks at what each one did. The receiver does not listen. Returns what was shown last. */
export async function useSubscriptions({ sap2, json, items }: CommandLine): Promise<Shown> {
  const target = ['--url', 'http://127.0.0.1:9/events', '--types', 'session.ended'];
  const { id, secret } = await json('subscription', 'create', 'presence', ...target);
  const one = (what: string, ...more: string[]) => json('subscription', what, String(id), ...more);
  expect(secret).toMatch(/^whsec_/);
  expect(await items('subscription', 'list')).toMatchObject([{ id, name: 'presence' }]);
  expect(await one('change', '--name', 'messaging')).toMatchObject({ name: 'messaging' });
  expect(await one('disable')).toMatchObject({ enabled: false });
  expect(await one('enable')).toMatchObject({ enabled: true });
  const tested = await sap2(['subscription', 'test', String(id), '--json']);
  expect(tested.code).toBe(1);
  expect(JSON.parse(tested.out)).toMatchObject({ outcome: 'failed', httpStatus: null });
  expect((await one('secret'))['secret']).not.toBe(secret);
  expect(await one('replay', '--undelivered', 'true')).toMatchObject({ id });
  expect(await items('subscription', 'deliveries', String(id))).toEqual([]);
  const shown = await one('show');
  expect(shown).not.toHaveProperty('secret');
  expect((await sap2(['subscription', 'delete', String(id), '--yes'])).code).toBe(0);
  expect((await sap2(['subscription', 'show', String(id)])).code).toBe(1);
  return shown;
}
