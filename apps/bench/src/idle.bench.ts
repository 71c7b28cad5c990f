import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, STEADY } from './bench-world.js';
import { nowMs, say } from './figures.js';

/** After the sessions are in Redis: the collector of Node and the stores are done with them. */
const CALM_MS = 10_000;
const WATCHED_MS = 30_000;

interface Idleness {
  readonly sessions: number;
  /** Of one core, in percent. */
  readonly cpu: number;
  readonly statementsPerS: number;
  readonly redisCommandsPerS: number;
}

/** `npm run bench -- idle [sizes]`: the cost of a service without requests, beside so many live sessions. */
async function benchIdle(sizes: readonly number[]): Promise<readonly Idleness[]> {
  const world = await BenchWorld.start();
  const seen: Idleness[] = [];
  try {
    let held = 0;
    for (const sessions of sizes) {
      if (sessions > held) {
        await world.ledger.addSessions(`user-${sessions}`, STEADY.serviceID, sessions - held);
        await world.putIntoRedis(sessions);
        held = sessions;
      }
      await pause(CALM_MS);
      seen.push({ sessions, ...(await watch(world)) });
    }
  } finally {
    await world.stop();
  }
  return seen;
}

async function watch(world: BenchWorld): Promise<Omit<Idleness, 'sessions'>> {
  const monitor = await world.redis.monitor();
  let commands = 0;
  // What a script does by itself is not a command.
  monitor.on('monitor', (_time: string, _command: readonly string[], source: string) => {
    if (source !== 'lua') commands += 1;
  });
  const before = { atMs: nowMs(), cpuMs: cpuMs(world.service.pid), commits: await world.ledger.commits() };
  await pause(WATCHED_MS);
  const seconds = (nowMs() - before.atMs) / 1_000;
  const cpu = (cpuMs(world.service.pid) - before.cpuMs) / (seconds * 10);
  const commits = (await world.ledger.commits()) - before.commits;
  monitor.disconnect();
  return { cpu, statementsPerS: commits / seconds, redisCommandsPerS: commands / seconds };
}

/** Processor time of a process, user and system. */
function cpuMs(pid: number): number {
  const ticksPerS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return ((user + system) * 1_000) / ticksPerS;
}

const sizes = process.argv.slice(2).map(Number);
say('sessions  CPU of one core  PostgreSQL transactions/s  Redis commands/s');
for (const { sessions, cpu, statementsPerS, redisCommandsPerS } of await benchIdle(
  sizes.length > 0 ? sizes : [0, 10_000],
)) {
  say(
    [
      String(sessions).padStart(8),
      `${cpu.toFixed(1)} %`.padStart(15),
      statementsPerS.toFixed(1).padStart(25),
      redisCommandsPerS.toFixed(1).padStart(16),
    ].join('  '),
  );
}
