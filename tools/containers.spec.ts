import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@sap2/config';

const textOf = (file: string): string => readFileSync(resolve(import.meta.dirname, '..', file), 'utf8');

describe.each(['Dockerfile', 'docker-compose.yml'])('%s', (file) => {
  it('sets only variables that the service knows', () => {
    const names = textOf(file).match(/\bSAP2_[A-Z0-9_]+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toMatchObject({ ok: true });
  });
});

describe('docker-compose.yml', () => {
  it('has no secret in it', () => {
    const secrets =
      textOf('docker-compose.yml').match(/\$\{(?:POSTGRES_PASSWORD|SAP2_SECRET_KEYS)[^}]*\}/g) ?? [];
    expect(secrets).toHaveLength(3);
    for (const secret of secrets) expect(secret).toMatch(/^\$\{\w+:\?/);
  });

  it('opens its ports to this machine only', () => {
    expect(textOf('docker-compose.yml').match(/^ +- .*:70[78]0:70[78]0$/gm)).toEqual([
      '      - 127.0.0.1:7070:7070',
      '      - 127.0.0.1:7080:7080',
    ]);
  });
});
