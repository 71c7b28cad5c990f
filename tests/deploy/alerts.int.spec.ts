import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { debianPackages } from '@sap2/test-support';

const run = promisify(execFile);

/** A tool that comes with Prometheus. */
async function promtool(...args: readonly string[]): Promise<string> {
  const root = await debianPackages('prometheus');
  const { stdout } = await run(join(root, 'usr/bin/promtool'), args, { cwd: 'deploy/prometheus' });
  return stdout;
}

describe('promtool', () => {
  it('accepts the rules', async () => {
    expect(await promtool('check', 'rules', 'rules.yml')).toContain('SUCCESS');
  });

  it('raises each alert as rules.test.yml says, and not before', async () => {
    expect(await promtool('test', 'rules', 'rules.test.yml')).toContain('SUCCESS');
  });
});
