import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, nowMs, say } from './figures.js';
import { expectSuccess } from './keep-alive.js';

const PART = 1_000;
const AT_ONCE = 4;

/** `npm run bench -- sync [sessions]`: a peer whose sync moves all of its sessions to another epoch, beside one that moves none. */
async function benchSync(sessions: number): Promise<void> {
  const world = await BenchWorld.start();
  try {
    const ids = await world.ledger.addSessions('synced', STEADY.serviceID, sessions);
    await world.putIntoRedis(sessions);
    say(`${sessions} sessions, ${AT_ONCE} parts of ${PART} at once`);
    await move(world, ids, 'first', 'bench:1');
    const moved = await world.ledger.countInEpoch('bench:1');
    say(`in PostgreSQL when the last part was answered: ${moved}`);
    await move(world, ids, 'same again', 'bench:1');
    await move(world, ids, 'all moved', 'bench:2');
    say(`in PostgreSQL when the last part was answered: ${await world.ledger.countInEpoch('bench:2')}`);
  } finally {
    await world.stop();
  }
}

async function move(world: BenchWorld, ids: readonly string[], what: string, epoch: string): Promise<void> {
  const sap1 = await world.sap1(STEADY);
  const parts = Math.ceil(ids.length / PART);
  const since = nowMs();
  let next = 1;
  const takeTurns = async (): Promise<void> => {
    while (next <= parts) {
      const part = next++;
      const list = ids
        .slice((part - 1) * PART, part * PART)
        .map((id) => `<UserSession userSessionID="${id}"/>`)
        .join('');
      expectSuccess(
        await sap1.ask(
          `<UserKeepAliveRequest sync="Yes" syncID="${what}" part="${part}" parts="${parts}" sapEpoch="${epoch}">${sap1.metaInfo}${list}</UserKeepAliveRequest>`,
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
  const ms = nowMs() - since;
  const rate = (ids.length / ms) * 1_000;
  say(`${what}: ${inSeconds(ms)}, ${rate.toFixed(0)} a second, a million in ${inSeconds(1e9 / rate)}`);
}

const [sessions = 100_000] = process.argv.slice(2).map(Number);
await benchSync(sessions);
