import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import {
  createTestDatabase,
  startTestRedis,
  type TestDatabase,
  testFolder,
  type TestServer,
  until,
} from '@sap2/test-support';
import { Client } from 'pg';
import { build } from '../../support/service/built-program.js';
import {
  COMPOSE_TEXT,
  type ComposeFile,
  type ComposeService,
  readCompose,
  readImage,
  textOfProject,
} from '../../support/service/compose-file.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const HANDSET = 'dist/apps/handset/src/main.js';
const image = readImage();
const folder = mkdtempSync(join(testFolder(), 'containers-'));
const running: ChildProcess[] = [];

/** Made by the command of README.md. */
let secrets: Readonly<Record<string, string>>;
let compose: ComposeFile;
let ports: Readonly<Record<'ssp' | 'admin' | 'front' | 'pushes' | 'health', number>>;
let database: TestDatabase;
let redis: TestServer;

beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), startTestRedis(), build()]);
  ports = {
    ssp: await freePort(),
    admin: await freePort(),
    front: await freePort(),
    pushes: await freePort(),
    health: await freePort(),
  };
  const [, command = ''] =
    /```sh\n(cat > \.env [^]*?)docker compose up\n```/u.exec(textOfProject('README.md')) ?? [];
  execFileSync('bash', ['-euc', command], { cwd: folder });
  const lines = readFileSync(join(folder, '.env'), 'utf8').matchAll(/^(\w+)=(.*)$/gmu);
  secrets = Object.fromEntries(Array.from(lines, ([, name = '', value = '']) => [name, value]));
  compose = readCompose(secrets);
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await redis.stop();
  await database.drop();
});

/** The containers have names and ports of their own; here all are processes of one machine. */
function onThisMachine(text: string): string {
  return text
    .replaceAll('//sap2:7070/', `//127.0.0.1:${ports.ssp}/`)
    .replaceAll('//sap1:7170/', `//127.0.0.1:${ports.pushes}/`);
}

/** The file that a volume puts into the container, and the place there. */
function mountOf({ volumes }: ComposeService): { readonly file: string; readonly place: string } {
  const [, file = '', place = ''] = /^\.\/(\S+):(\/\S+):ro$/u.exec(volumes[0] ?? '') ?? [];
  return { file, place };
}

/** The file of this volume with other addresses. @param change what this machine needs beside them */
function mounted(service: ComposeService, change: (file: Record<string, object>) => void): string {
  const { file } = mountOf(service);
  const content = JSON.parse(onThisMachine(textOfProject(file))) as Record<string, object>;
  change(content);
  const copy = join(folder, file.replaceAll('/', '-'));
  writeFileSync(copy, JSON.stringify(content));
  return copy;
}

/** The process of a container. @param file stands for what its volume holds */
function start(service: ComposeService, file: string, environment: Readonly<Record<string, string>>) {
  const [node, ...args] = service.command ?? image.command;
  expect(node).toBe('node');
  const { place } = mountOf(service);
  const variables = { ...image.environment, ...service.environment, ...environment };
  const { PATH } = process.env;
  const child = spawn(
    process.execPath,
    args.map((argument) => argument.replace(place, file)),
    {
      cwd: ROOT,
      env: {
        PATH,
        ...Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [name, value.replace(place, file)]),
        ),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.push(child);
  return { child, lines: linesOf(child) };
}

function linesOf(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  return lines;
}

const startSap2 = (changes: Readonly<Record<string, string>> = {}) =>
  start(
    compose.services.sap2,
    mounted(compose.services.sap2, () => undefined),
    {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      SAP2_SSP_PORT: String(ports.ssp),
      SAP2_ADMIN_PORT: String(ports.admin),
      SAP2_DATA_DIR: folder,
      // The network of the containers is a private one, and this machine is its own network.
      SAP2_PEER_NETWORKS: `${compose.services.sap2.environment['SAP2_PEER_NETWORKS']},loopback`,
      ...changes,
    },
  );

const startSap1 = () =>
  start(
    compose.services.sap1,
    mounted(compose.services.sap1, (file) => {
      Object.assign(file['front'] ?? {}, { port: ports.front });
      Object.assign(file['pushes'] ?? {}, { port: ports.pushes });
      Object.assign(file['admin'] ?? {}, { port: ports.health });
    }),
    {},
  );

/** `npm run handset -- login`, as README.md says it. */
function logAliceIn() {
  const front = ['--front', `http://127.0.0.1:${ports.front}/csp`, '--password-stdin'];
  const child = spawn(process.execPath, [HANDSET, 'login', 'alice@provider.example', ...front], {
    cwd: ROOT,
  });
  running.push(child);
  child.stdin.end(secrets['ALICE_PASSWORD']);
  return { child, lines: linesOf(child), exited: once(child, 'exit') };
}

async function liveUsers(): Promise<readonly string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ user: string }>('SELECT user_id AS user FROM live_session');
  await client.end();
  return rows.map(({ user }) => user);
}

const askAdmin = (method: string, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${ports.admin}/admin/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${secrets['ADMIN_TOKEN']}` },
  });

/** The exit code of the health check, which has the free port in place of the usual one. */
async function healthOfSap1(): Promise<unknown> {
  const [, , , script = ''] = compose.services.sap1.healthcheck?.test ?? [];
  const check = spawn(process.execPath, ['-e', script.replace(':7181/', `:${ports.health}/`)]);
  return ((await once(check, 'exit')) as [unknown])[0];
}

describe('docker-compose.yml', () => {
  it('starts every service by default, each after those that it needs', () => {
    const { sap1, sap2, postgres, redis: cache } = compose.services;
    expect([sap1, sap2, postgres, cache].map(({ profiles }) => profiles)).toEqual(Array(4).fill(undefined));
    expect(Object.keys(sap1.depends_on ?? {})).toEqual(['sap2']);
    expect(Object.keys(sap2.depends_on ?? {})).toEqual(['postgres', 'redis']);
  });

  it('publishes the front to this machine, and connects SAP 2 with its stores', () => {
    const { sap1, sap2, postgres } = compose.services;
    expect(sap1.ports).toEqual(['127.0.0.1:7171:7171']);
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = postgres.environment;
    expect(sap2.environment['DATABASE_URL']).toBe(
      `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`,
    );
    expect(sap2.environment['REDIS_URL']).toBe('redis://redis:6379');
  });

  it('has sample files and programs that exist', () => {
    const { sap1, sap2 } = compose.services;
    expect([mountOf(sap1).file, mountOf(sap2).file]).toEqual(['deploy/sap1.json', 'deploy/seed.json']);
    expect(sap1.command).toContain(mountOf(sap1).place);
    expect(sap2.environment['SAP2_SEED_FILE']).toBe(mountOf(sap2).place);
    const programs = [sap1.command, image.command].map((command) =>
      command?.find((word) => word.endsWith('.js')),
    );
    expect(programs.map((program) => existsSync(join(ROOT, program ?? 'none')))).toEqual([true, true]);
    expect(textOfProject('Dockerfile')).toMatch(/^COPY --from=build \/app\/dist dist$/mu);
  });

  it('demands the secrets of the stores, and every variable that it takes is explained', () => {
    expect(() => readCompose({})).toThrow('POSTGRES_PASSWORD');
    const names = Array.from(COMPOSE_TEXT.matchAll(/\$\{(\w+)/gu), ([, name = '']) => name);
    const explained = ['README.md', 'docs/configuration.md', 'docs/sap1.md'].map(textOfProject).join();
    expect(names.filter((name) => !explained.includes(name))).toEqual([]);
  });

  it('as processes: a handset logs in through the front, and an administrator ends its session', async () => {
    const sap2 = startSap2();
    await until('SAP 2', () => sap2.lines.some((line) => line.includes('Administration:')));
    expect(await healthOfSap1()).toBe(1);
    const sap1 = startSap1();
    await until('SAP 1', () => sap1.lines.some((line) => line.includes('gateway_ready')));
    expect(await healthOfSap1()).toBe(0);

    const handset = logAliceIn();
    const loggedIn = await until('the login', () =>
      handset.lines.find((line) => line.startsWith('Logged in')),
    );
    const [, sessionID] = /session (\w+)/u.exec(loggedIn) ?? [];
    expect(await liveUsers()).toEqual(['wv:alice@provider.example']);
    expect((await askAdmin('DELETE', `sessions/${sessionID}`)).status).toBe(204);
    expect(await handset.exited).toEqual([1, null]);
    expect(handset.lines.at(-1)).toContain('The provider ended the session: 601');

    for (const { child } of [sap1, sap2]) {
      child.kill('SIGTERM');
      expect(await once(child, 'close')).toEqual([0, null]);
    }
    const said = [...sap1.lines, ...sap2.lines].join('\n');
    expect(Object.keys(secrets).filter((name) => said.includes(secrets[name] ?? ''))).toEqual([]);
  });

  it('without the secrets of the seed file: SAP 2 names each variable, and does not start', async () => {
    const names = ['SAP1_SHARED_SECRET', 'ALICE_PASSWORD', 'ADMIN_TOKEN'];
    const { child, lines } = startSap2(Object.fromEntries(names.map((name) => [name, ''])));
    expect(await once(child, 'close')).toEqual([1, null]);
    const said = lines.join('\n');
    expect(names.filter((name) => !said.includes(`the variable ${name} is not set`))).toEqual([]);
  });
});
