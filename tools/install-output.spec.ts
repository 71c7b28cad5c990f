import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

describe('npm ci', () => {
  it('says nothing about engines before its first word', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sap2-install-'));
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      copyFileSync(join(ROOT, file), join(folder, file));
    // The settings of this run of npm would count more than the file.
    const { PATH, HOME } = process.env;
    const { stderr } = spawnSync('npm', ['ci', '--dry-run', '--offline', '--no-audit'], {
      cwd: folder,
      env: { PATH, HOME },
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('EBADENGINE');
  });
});
