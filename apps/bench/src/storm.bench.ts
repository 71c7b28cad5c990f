import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { after, type Phase, workAsUsual } from '../../../tests/support/peers/neighbours.js';
import type { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { RawUser } from '../../../tests/support/peers/raw-user.js';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';
import { heldInRedis } from './live-store-contents.js';

const QUIET_USERS = 20;
const BASELINE_MS = 15_000;
const QUIET_PAUSE_MS = 50;
/** Logins under way at once. */
const LINES = 200;
const TURNED_AWAY_PAUSE_MS = 100;

/** `npm run bench -- storm [users]`: all users of one operator log in at once, as after an outage of its network, while another works. */
async function benchStorm(count: number): Promise<void> {
  const password = randomBytes(12).toString('hex');
  const named = (name: string, size: number): string[] =>
    Array.from({ length: size }, (_, i) => `wv:${name}-${i}@provider.example`);
  const users = { quiet: named('quiet', QUIET_USERS), noisy: named('crowd', count), password };
  const seeded = [...users.quiet, ...users.noisy].map((userID) => ({ userID, password }));
  const world = await BenchWorld.start({ users: seeded });
  try {
    const [quiet, noisy] = [await world.sap1(STEADY), await world.sap1(CROWDED)];
    const usual = { quiet, users, quietPauseMs: QUIET_PAUSE_MS };
    const before = await workAsUsual(usual, after(BASELINE_MS));
    const memoryBefore = world.memoryMib();

    const since = nowMs();
    const state = { isOver: false, turnedAway: 0 };
    const storm = Promise.all(
      Array.from({ length: LINES }, (_, line) => logIn(noisy, users.noisy, line, password, state)),
    ).then(() => {
      state.isOver = true;
      return nowMs() - since;
    });
    const during = await workAsUsual(usual, () => state.isOver);
    const tookMs = await storm;
    say(
      `${count} logins, ${LINES} at once: ${inSeconds(tookMs)}, ${Math.round(count / (tookMs / 1000))} a second; refused and repeated: ${state.turnedAway}`,
    );
    tell('before', before);
    tell('during', during);
    say(`memory ${memoryBefore.toFixed(0)} MiB before, ${world.memoryMib().toFixed(0)} MiB after`);
    const { ids, deadlines } = await heldInRedis(world.redis);
    say(
      `live: rows ${await world.ledger.countLive()}, sessions ${ids.size}, deadlines ${deadlines}; expected ${count + QUIET_USERS}`,
    );
  } finally {
    await world.stop();
  }
}

async function logIn(
  sap1: RawSap1,
  userIDs: readonly string[],
  line: number,
  password: string,
  state: { turnedAway: number },
): Promise<void> {
  for (let i = line; i < userIDs.length; i += LINES) {
    const request = new RawUser(sap1, userIDs[i] ?? '', password).passwordRequest();
    const message = sap1.message([[sap1.nextTransactionID(), request]]);
    for (;;) {
      const answer = await sap1.post(message);
      if (answer.status === 200 && sap1.read(answer)[0]?.code === 200) break;
      if (answer.status !== 429 && answer.status !== 503) throw new Error(`${answer.status}: ${answer.body}`);
      state.turnedAway += 1;
      await pause(TURNED_AWAY_PAUSE_MS);
    }
  }
}

function tell(when: string, { loginMs, keepAliveMs, refused }: Phase): void {
  say(
    `the other peer ${when}: logins ${inWords(spreadOf(loginMs))}, keep-alives ${inWords(spreadOf(keepAliveMs))}, refused ${refused}`,
  );
}

await benchStorm(Number(process.argv[2] ?? 50_000));
