import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fetchedEnv, missingPackages } from './redis-fetch.js';

describe('what is fetched besides the package itself', () => {
  it('is every library that apt would install, and nothing that only serves an installation', () => {
    const simulation = [
      'Reading package lists...',
      'Inst libjemalloc2 (5.3.0-1 Debian:12.15/oldstable [amd64])',
      'Inst lsb-base (11.6 Debian:12.15/oldstable [all])',
      'Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u14 Debian:12.15/oldstable [amd64])',
      'Inst redis-tools (5:7.0.15-1~deb12u10 Debian-Security:12/oldstable-security [amd64])',
      'Conf libjemalloc2 (5.3.0-1 Debian:12.15/oldstable [amd64])',
    ];
    expect(missingPackages(simulation.join('\n'))).toEqual(['libjemalloc2', 'redis-tools']);
  });

  it('is looked for before the libraries of the system', () => {
    const root = mkdtempSync(join(tmpdir(), 'fetched-'));
    mkdirSync(join(root, 'usr/lib/aarch64-linux-gnu'), { recursive: true });
    expect(fetchedEnv(root)['LD_LIBRARY_PATH']).toBe(`${root}/usr/lib/aarch64-linux-gnu:${root}/usr/lib`);
    rmSync(root, { recursive: true });
  });
});
