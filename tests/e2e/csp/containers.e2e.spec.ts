import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { testFolder, until } from '@sap2/test-support';
import { parse } from 'yaml';
import { RawHandset } from '../../support/peers/raw-handset.js';
import { build } from '../../support/service/built-program.js';
import { CONFORMANCE_SEED, OPERATOR } from '../../support/service/conformance-world.js';
import { type ServiceUnderTest, startServiceUnderTest } from '../../support/service/service-under-test.js';

interface Container {
  readonly command: readonly [node: string, program: string, ...args: string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly healthcheck: { readonly test: readonly [cmd: string, node: string, e: string, script: string] };
  readonly depends_on: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const compose = parse(textOf('docker-compose.yml')) as { readonly services: { readonly sap1: Container } };
const { sap1 } = compose.services;
const schema = JSON.parse(textOf('docs/sap1.schema.json')) as {
  readonly properties: Readonly<
    Record<string, { readonly properties: { readonly port: { readonly default: number } } }>
  >;
};
const defaultPort = (listener: string): number => schema.properties[listener]?.properties.port.default ?? 0;

const folder = mkdtempSync(join(testFolder(), 'container-'));
let service: ServiceUnderTest;
let ports: Readonly<Record<'front' | 'pushes' | 'admin', number>>;

beforeAll(async () => {
  ports = { front: await freePort(), pushes: await freePort(), admin: await freePort() };
  const agreements = CONFORMANCE_SEED.agreements.map((agreement) => ({
    ...agreement,
    ...(agreement.serviceID === OPERATOR.serviceID && { callbackUrl: `http://127.0.0.1:${ports.pushes}/` }),
  }));
  [service] = await Promise.all([startServiceUnderTest({}, { ...CONFORMANCE_SEED, agreements }), build()]);
});

afterAll(() => service.stop());

/** The configuration of docs/sap1.md for a container, on free ports. */
const configuration = (sharedSecretEnv: string): object => ({
  serviceID: OPERATOR.serviceID,
  front: { bind: '0.0.0.0', port: ports.front },
  pushes: { bind: '0.0.0.0', port: ports.pushes },
  admin: { port: ports.admin },
  defaultDomain: 'provider.example',
  providers: [
    { domain: 'provider.example', serviceID: 'wv:@provider.example', url: service.sspUrl, sharedSecretEnv },
  ],
});

describe('the container sap1 of docker-compose.yml', () => {
  it('starts only with its profile, after the service that it needs', () => {
    expect(sap1.profiles).toEqual(['sap1']);
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining([...sap1.depends_on]));
  });

  it('names a configuration that its volume holds, and the ports that are the defaults', () => {
    const [, file = ''] = /--config (\S+)$/u.exec(sap1.command.join(' ')) ?? [];
    expect(sap1.volumes.map((volume) => volume.replace(/^\$\{[^}]*\}/u, ''))).toEqual([`:${file}:ro`]);
    expect(sap1.ports).toEqual([`127.0.0.1:${defaultPort('front')}:${defaultPort('front')}`]);
    expect(sap1.healthcheck.test[3]).toContain(`http://127.0.0.1:${defaultPort('admin')}/health/live`);
  });

  it('has a program that the image contains', async () => {
    const [node, program] = sap1.command;
    expect(node).toBe('node');
    expect(existsSync(join(ROOT, program))).toBe(true);
    expect(textOf('Dockerfile')).toMatch(/^COPY --from=build \/app\/dist dist$/mu);
  });

  it('every variable that it takes is explained', () => {
    const names = JSON.stringify(sap1).match(/(?<=\$\{)\w+/gu) ?? [];
    expect(names.length).toBeGreaterThan(0);
    const explained = textOf('docs/sap1.md');
    expect(names.filter((name) => !explained.includes(name))).toEqual([]);
  });

  it('runs as a process with the same command and environment: healthy, and a handset logs in', async () => {
    const [secretName = ''] = Object.keys(sap1.environment);
    const file = join(folder, 'sap1.json');
    writeFileSync(file, JSON.stringify(configuration(secretName)));
    const [, program, ...args] = sap1.command;
    const { PATH } = process.env;
    const gateway = spawn(process.execPath, [program, ...args.slice(0, -1), file], {
      cwd: ROOT,
      env: { PATH, NODE_ENV: 'production', [secretName]: OPERATOR.secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines: string[] = [];
      createInterface({ input: gateway.stdout }).on('line', (line) => lines.push(line));
      await until('the gateway', () => lines.some((line) => line.includes('gateway_ready')));
      expect(await healthOf()).toBe(0);
      const handset = new RawHandset(`http://127.0.0.1:${ports.front}/csp`, {
        userID: 'wv:user-1@provider.example',
        password: 'user-1-password',
      });
      expect(await handset.login()).toBe(200);
      handset.close();
    } finally {
      gateway.kill('SIGTERM');
    }
    const [code] = (await once(gateway, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await healthOf()).toBe(1);
  });
});

/** The exit code of the health check, which has the free port in place of the usual one. */
async function healthOf(): Promise<number | null> {
  const [, , , script] = sap1.healthcheck.test;
  const check = spawn(process.execPath, [
    '-e',
    script.replace(`:${defaultPort('admin')}/`, `:${ports.admin}/`),
  ]);
  const [code] = (await once(check, 'exit')) as [number | null];
  return code;
}
