import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { BenchWorld } from './bench-world.js';
import { inSeconds, nowMs, say } from './figures.js';

const BAD_LINES = 10;
const LOOK_EVERY_MS = 200;
/** As the service hashes by default: each of these takes some milliseconds of a core. */
const AT_DEFAULT_COST = 1_000;
const DEFAULT_COST = { SAP2_ARGON2_MEMORY_KIB: '19456', SAP2_ARGON2_PASSES: '2' };

function* lines(users: number): Iterable<string> {
  const every = Math.max(2, Math.floor(users / BAD_LINES));
  for (let n = 1; n <= users; n++) {
    const isBad = n % every === 0 && n / every <= BAD_LINES;
    const domain = isBad ? 'nowhere.example' : 'provider.example';
    yield `${JSON.stringify({ userID: `wv:imported-${n}@${domain}`, password: `password-${n}` })}\n`;
  }
}

interface Imported {
  readonly counts: Readonly<Record<string, number>>;
  /** Numbers of the lines that were refused. */
  readonly refused: readonly number[];
  readonly durationMs: number;
  readonly mib: { readonly before: number; readonly most: number };
}

async function importUsers(world: BenchWorld, users: number, query = ''): Promise<Imported> {
  const before = world.memoryMib();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, world.memoryMib())), LOOK_EVERY_MS);
  const since = nowMs();
  const answer = await world.stream('POST', `/users/import${query}`, Readable.from(lines(users)));
  const counts: Record<string, number> = {};
  const refused: number[] = [];
  for await (const text of createInterface({ input: answer })) {
    const { line, status } = JSON.parse(text) as { readonly line: number; readonly status: string };
    counts[status] = (counts[status] ?? 0) + 1;
    if (status === 'refused') refused.push(line);
  }
  clearInterval(watch);
  return { counts, refused, durationMs: nowMs() - since, mib: { before, most } };
}

function tell(what: string, { counts, refused, durationMs, mib }: Imported): void {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const words = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  const rate = (total / durationMs) * 1_000;
  say(`${what}: ${words.join(', ')} in ${inSeconds(durationMs)}, ${rate.toFixed(0)} a second`);
  say(
    `  refused lines: ${refused.join(', ')}; memory ${mib.before.toFixed(0)} MiB before, ${mib.most.toFixed(0)} MiB at most`,
  );
}

async function exportUsers(world: BenchWorld): Promise<void> {
  const since = nowMs();
  let count = 0;
  const answer = await world.stream('GET', '/users/export');
  for await (const line of createInterface({ input: answer })) if (line !== '') count += 1;
  say(
    `export: ${count} lines in ${inSeconds(nowMs() - since)}, memory ${world.memoryMib().toFixed(0)} MiB after it`,
  );
}

/** `npm run bench -- import [users]`: an import with ten bad lines, the same again, and what password hashes of the usual cost take. */
async function benchImport(users: number): Promise<void> {
  const world = await BenchWorld.start();
  try {
    tell('dry run', await importUsers(world, users, '?dryRun=true'));
    tell('import', await importUsers(world, users));
    const before = await world.ledger.auditEntries();
    tell('the same again', await importUsers(world, users));
    say(`  entries in the audit that it made: ${(await world.ledger.auditEntries()) - before}`);
    await exportUsers(world);
  } finally {
    await world.stop();
  }
  const costly = await BenchWorld.start({ environment: DEFAULT_COST });
  try {
    tell('with hashes of the default cost', await importUsers(costly, AT_DEFAULT_COST));
    tell('the same again', await importUsers(costly, AT_DEFAULT_COST));
  } finally {
    await costly.stop();
  }
}

await benchImport(Number(process.argv[2] ?? 100_000));
