import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { testFolder } from '@sap2/test-support';
import pg from 'pg';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
  TEST_ENVIRONMENT,
} from '../../support/service/service-under-test.js';
import { type Outcome, sap2Command } from '../../support/service/sap2-command.js';
import { until } from '../../support/service/until.js';

interface AnchorJson {
  readonly seq: number;
  readonly hash: string;
}

const INTERVAL_S = 1;
const folder = mkdtempSync(join(testFolder(), 'anchors-'));
const anchorFile = join(folder, 'anchors.ndjson');

/** Another machine that keeps anchors and answers as the test says. */
const received: { readonly path: string; readonly body: string }[] = [];
let answer: { readonly status: number; readonly location?: string } = { status: 204 };
let keeper: Server;
let service: ServiceUnderTest;
let owner: pg.Client;

beforeAll(async () => {
  keeper = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ path: request.url ?? '', body });
      response
        .writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
        .end();
    });
  });
  keeper.listen(0, '127.0.0.1');
  await once(keeper, 'listening');
  service = await startServiceUnderTest({
    SAP2_AUDIT_ANCHOR_INTERVAL_S: String(INTERVAL_S),
    SAP2_AUDIT_ANCHOR_FILE: anchorFile,
    SAP2_AUDIT_ANCHOR_URL: `http://127.0.0.1:${(keeper.address() as AddressInfo).port}/anchors`,
  });
  owner = new pg.Client({ connectionString: service.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await service.stop();
  keeper.closeAllConnections();
  keeper.close();
});

const anchorsOf = (lines: string): AnchorJson[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AnchorJson);
const inFile = (): AnchorJson[] => anchorsOf(readFileSync(anchorFile, 'utf8'));
const inLog = (): string[] => service.log.filter((line) => line.includes('"audit_head_signed"'));

const verdict = async (): Promise<unknown> => (await service.admin('GET', '/admin/v1/audit/verify')).json();
const head = async (): Promise<AnchorJson> => ((await verdict()) as { head: AnchorJson }).head;

const act = async (name: string): Promise<void> => {
  const { status } = await fetch(`${service.adminUrl}/admin/v1/domains`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  expect(status).toBe(201);
};

/** Until the end of the audit is written down everywhere. */
const anchored = async (): Promise<AnchorJson> => {
  const { seq, hash } = await head();
  await until('a line in the file', () => inFile().some((anchor) => anchor.seq === seq));
  await until('a POST', () => received.some(({ body }) => (JSON.parse(body) as AnchorJson).seq === seq));
  return { seq, hash };
};

const verify = (...more: readonly string[]): Promise<Outcome> =>
  sap2Command(['audit', 'verify', ...more], {
    ...TEST_ENVIRONMENT,
    DATABASE_URL: service.databaseUrl,
    REDIS_URL: service.redisUrl,
  });

const verifyByRest = async (lines: string, type = 'application/x-ndjson'): Promise<Response> =>
  fetch(`${service.adminUrl}/admin/v1/audit/verify/anchors`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, 'Content-Type': type },
    body: lines,
  });

describe('the end of the audit, signed', () => {
  it('is written to the log, the file and the URL at the start, the same everywhere', async () => {
    const { seq, hash } = await anchored();
    const [first] = inFile();
    expect(first).toMatchObject({ seq, hash });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual(first);
    expect(received[0]?.path).toBe('/anchors');
    expect((JSON.parse(inLog()[0] ?? '') as { anchor: unknown }).anchor).toEqual(first);
  });

  it('is written again when it has moved, and not while nothing is administered', async () => {
    const before = inFile().length;
    await act('moved.example');
    const { seq } = await anchored();
    const written = inFile();
    expect(written.slice(before).map((anchor) => anchor.seq)).toEqual([seq]);
    await pause(3 * INTERVAL_S * 1000);
    expect(inFile()).toEqual(written);
    expect(received).toHaveLength(written.length);
    expect(inLog()).toHaveLength(written.length);
  });

  it.each([
    ['fails', { status: 500 }, 'it answered HTTP 500'],
    ['redirects', { status: 307, location: '/elsewhere' }, 'it answered HTTP 307'],
  ])(
    'is sent again after an interval when the URL %s, and is in the file meanwhile',
    async (what, refusal, why) => {
      answer = refusal;
      await act(`${what}.example`);
      const { seq } = await anchored();
      await until('a line in the log', () =>
        service.log.some((line) => line.includes('audit_anchor_not_written') && line.includes(why)),
      );
      answer = { status: 204 };
      const sent = (): number =>
        received.filter(({ body }) => (JSON.parse(body) as AnchorJson).seq === seq).length;
      const failed = sent();
      await until('another POST', () => sent() > failed);
      expect(inFile().filter((anchor) => anchor.seq === seq)).toHaveLength(1);
      expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/anchors']));
      const metrics = await (await service.admin('GET', '/metrics')).text();
      expect(metrics).toMatch(/sap2_audit_anchors_total\{place="url",outcome="failed"\} [1-9]/);
      expect(metrics).toMatch(/sap2_audit_anchors_total\{place="file",outcome="written"\} [1-9]/);
    },
  );
});

describe('an audit whose last entries the owner of the database cut, and put the head back', () => {
  const asOwner = async (...statements: readonly string[]): Promise<void> => {
    await owner.query('SET session_replication_role = replica');
    for (const statement of statements) await owner.query(statement);
    await owner.query('SET session_replication_role = origin');
  };
  let kept: AnchorJson;
  let last: AnchorJson;
  let soundBefore: Outcome;

  beforeAll(async () => {
    kept = await anchored();
    await act('cut.example');
    last = await anchored();
    soundBefore = await verify('--anchor', anchorFile);
    await asOwner(
      `CREATE TABLE taken AS SELECT * FROM audit_entry WHERE seq > ${kept.seq}`,
      `DELETE FROM audit_entry WHERE seq > ${kept.seq}`,
      `UPDATE audit_end SET (seq, at, hash) = (SELECT seq, at, hash FROM audit_entry WHERE seq = ${kept.seq})
       WHERE which = 'head'`,
    );
  });

  it('is sound by itself', async () => {
    expect(soundBefore).toMatchObject({ code: 0 });
    expect(await verdict()).toMatchObject({ sound: true, head: kept });
    expect(await verify()).toMatchObject({ code: 0 });
  });

  it('is found out by `sap2 audit verify --anchor`, which says what was cut and exits with 4', async () => {
    const { code, out } = await verify('--anchor', anchorFile);
    expect(code).toBe(4);
    expect(out).toMatch(/sound: +false/);
    const sentences = out.replaceAll(/\s+/g, ' ');
    expect(sentences).toContain(`Entry ${last.seq} was in the audit at `);
    expect(sentences).toContain(`the audit was cut, and ends at entry ${kept.seq} now.`);
  });

  it('is found out by the lines of the log, too', async () => {
    const lines = join(folder, 'log.ndjson');
    const logged = inLog();
    writeFileSync(lines, logged.join(''));
    const { code, out } = await verify('--anchor', lines, '--json');
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      sound: false,
      anchors: { lines: logged.length, problems: [{ seq: last.seq, problem: 'cut' }] },
    });
  });

  it('is found out over REST, by what the URL was sent', async () => {
    const sent = received.map(({ body }) => body);
    const found = await verifyByRest(sent.join('\n'));
    expect(found.status).toBe(200);
    expect(await found.json()).toMatchObject({
      sound: false,
      head: kept,
      anchors: { lines: sent.length, matching: sent.length - 1, retired: 0, wrong: 1 },
    });
    expect((await verifyByRest('{}', 'application/json')).status).toBe(415);
  });

  it('is found out though others were written in their place', async () => {
    await act('third.example');
    await act('fourth.example');
    await anchored();
    const { code, out } = await verify('--anchor', anchorFile, '--json');
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      anchors: { problems: [{ seq: last.seq, problem: 'rewritten' }] },
    });
  });

  it('by a file that cannot be read or holds no anchors nothing is proven: exit codes 2 and 4', async () => {
    expect((await verify('--anchor', join(folder, 'nothing'))).code).toBe(2);
    const lines = join(folder, 'nonsense');
    writeFileSync(lines, 'nonsense\n{"seq":1}\n');
    const { code, out } = await verify('--anchor', lines, '--json');
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      anchors: { problems: [1, 2].map((line) => ({ line, problem: 'unreadable' })) },
    });
  });
});
