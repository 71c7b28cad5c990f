import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, CROWDED, STEADY } from './bench-world.js';
import { inSeconds, inWords, nowMs, say, spreadOf } from './figures.js';
import { HearingPeer } from './heard-disconnects.js';
import type { Owed } from './ledger.js';

const ONE_EVERY_MS = 100;
const BEFORE_MS = 20_000;
const AWAY_MS = 60_000;
const PATIENCE_MS = 300_000;
/** Ends of the steady peer: more than the longest run takes. */
const STEADY_SESSIONS = 5_000;

interface Ended {
  readonly id: string;
  readonly atMs: number;
  readonly phase: string;
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const since = nowMs();
  while (!(await isSo())) {
    if (nowMs() - since > PATIENCE_MS) throw new Error(`waited in vain until ${what}`);
    await pause(50);
  }
}

/** Ends sessions of the steady peer one after the other and reads the memory, until it is stopped. */
class SteadyEnds {
  readonly ended: Ended[] = [];
  peakMib = 0;
  phase = 'before';
  private isOver = false;
  private readonly running: Promise<void>;
  /** Never, unless an end fails. */
  readonly failure: Promise<never>;

  constructor(
    private readonly world: BenchWorld,
    ids: readonly string[],
  ) {
    this.running = this.run(ids);
    this.failure = new Promise((_, reject) => {
      this.running.catch(reject);
    });
  }

  stop(): Promise<void> {
    this.isOver = true;
    return this.running;
  }

  private async run(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.isOver) return;
      const atMs = nowMs();
      this.ended.push({ id, atMs, phase: this.phase });
      const answer = await this.world.admin('DELETE', `/sessions/${id}`);
      if (!answer.ok) throw new Error(`an end was answered with ${answer.status}`);
      this.peakMib = Math.max(this.peakMib, this.world.memoryMib());
      await pause(Math.max(0, ONE_EVERY_MS - (nowMs() - atMs)));
    }
    throw new Error('the steady peer ran out of sessions');
  }
}

async function endAllOf(world: BenchWorld, peer: string): Promise<void> {
  const answer = await world.admin('POST', '/sessions/end', { filter: { peer } });
  if (answer.status !== 202) throw new Error(`the job was answered with ${answer.status}`);
}

function tellDelays({ ended }: SteadyEnds, steady: HearingPeer): void {
  const heardAt = new Map(steady.heard.map(({ id, atMs }) => [id, atMs]));
  for (const phase of ['before', 'peer away', 'peer back']) {
    const delays = ended.filter((end) => end.phase === phase);
    const spread = spreadOf(delays.map(({ id, atMs }) => (heardAt.get(id) ?? Infinity) - atMs));
    say(`the other peer, ${phase.padEnd(9)}: got ends ${inWords(spread)}`);
  }
}

function tellPeer(name: string, { heard, ids, faults }: HearingPeer, owed: readonly Owed[]): void {
  const due = new Map(owed.map(({ id }, place) => [id, place]));
  const lost = owed.filter(({ id, state }) => !ids.has(id) || state !== 'acknowledged').length;
  const effects = new Set(heard.map(({ id, transactionID }) => `${id} ${transactionID}`)).size;
  const misled = [...ids].filter((id) => !due.has(id)).length;
  let furthest = 0;
  let latest = -1;
  for (const { id } of heard) {
    const place = due.get(id) ?? 0;
    furthest = Math.max(furthest, latest - place);
    latest = Math.max(latest, place);
  }
  say(
    `${name}: ${owed.length} owed, ${lost} lost, ${heard.length - effects} repeated, ${effects - ids.size} double effects, ${misled} for the wrong peer, ` +
      `at most ${furthest} places out of the order of their ends, ${faults.length} faults`,
  );
}

interface Cast {
  readonly ends: SteadyEnds;
  readonly steady: HearingPeer;
  readonly crowded: HearingPeer;
}

async function wave(world: BenchWorld, { ends, steady, crowded }: Cast, count: number): Promise<void> {
  const beforeMib = world.memoryMib();
  await pause(BEFORE_MS);
  crowded.goAway();
  ends.phase = 'peer away';
  const awayAt = nowMs();
  await endAllOf(world, CROWDED.serviceID);
  await until(
    'all are due',
    async () => (await world.ledger.countOwedDisconnects(CROWDED.serviceID)) === count,
  );
  say(`${count} disconnects due after ${inSeconds(nowMs() - awayAt)}`);
  await pause(Math.max(0, AWAY_MS - (nowMs() - awayAt)));
  ends.phase = 'peer back';
  await crowded.comeBack();
  const backAt = nowMs();
  await until('all is told', () => crowded.ids.size === count);
  say(
    `away for ${inSeconds(backAt - awayAt)}; all delivered ${inSeconds(nowMs() - backAt)} after the return`,
  );
  await ends.stop();
  await until('the other gets its own too', () => steady.ids.size === ends.ended.length);
  await pause(2_000);
  tellDelays(ends, steady);
  tellPeer('the peer that was away', crowded, await world.ledger.disconnectsOf(CROWDED.serviceID));
  tellPeer('the other peer', steady, await world.ledger.disconnectsOf(STEADY.serviceID));
  say(`memory of the process: ${beforeMib.toFixed(0)} MiB before, ${ends.peakMib.toFixed(0)} MiB at most`);
}

/** `npm run bench -- delivery [disconnects]`: what a peer notices of another that is away with so many due. */
async function benchDelivery(count: number): Promise<void> {
  const [steady, crowded] = await Promise.all([HearingPeer.open(STEADY), HearingPeer.open(CROWDED)]);
  const callbackUrls = { [STEADY.serviceID]: steady.url, [CROWDED.serviceID]: crowded.url };
  const world = await BenchWorld.start({ callbackUrls });
  try {
    const ids = await world.ledger.addSessions('steady', STEADY.serviceID, STEADY_SESSIONS);
    await world.ledger.addSessions('crowded', CROWDED.serviceID, count);
    await world.putIntoRedis(STEADY_SESSIONS + count);
    const ends = new SteadyEnds(world, ids);
    await Promise.race([ends.failure, wave(world, { ends, steady, crowded }, count)]);
  } finally {
    await world.stop();
    steady.close();
    crowded.close();
  }
}

await benchDelivery(Number(process.argv[2] ?? 50_000));
