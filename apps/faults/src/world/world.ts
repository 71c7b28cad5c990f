import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@sap2/embedded-stores';
import type { LoginWishes } from '../../../sap1/src/index.js';
import { type Breach, breachesOf } from '../history/breaches-of.js';
import type { Closing } from '../history/history.js';
import { Recorder } from '../history/recorder.js';
import { SimulatedSap1 } from '../sap1/simulated-sap1.js';
import { SimulatedUser } from '../sap1/simulated-user.js';
import { SteadyUsers } from '../sap1/steady-users.js';
import { Administrator } from './administrator.js';
import { type Cast, newCast, writeSeed } from './cast.js';
import { CutLine } from './cut-line.js';
import { type Environment, Sap2Process } from './sap2-process.js';
import { StoreView } from './store-view.js';
import type { Stores } from './stores.js';
import { Traffic } from './traffic.js';
import { until } from './until.js';

export interface WorldOptions {
  readonly name: string;
  readonly seed: number;
  readonly processes: number;
  readonly environment: Environment;
  /** Each process reaches its stores over lines that can be cut. */
  readonly lines: boolean;
  /** Percent of requests that are said twice at once. */
  readonly saidTwice: number;
  /** Replaces the callback URL of a peer. */
  readonly doorOf?: ((peer: SimulatedSap1, url: string) => Promise<string>) | undefined;
}

const PER_USER = 3;
const GRACE_S = 1;
/** Short lives and quick loops, so that a minute holds many of them. Hashes are cheap: passwords are not what is tried here. */
const BRISK: Environment = {
  SAP2_LOG_LEVEL: 'info',
  SAP2_ARGON2_MEMORY_KIB: '64',
  SAP2_ARGON2_PASSES: '1',
  SAP2_SESSIONS_PER_USER: String(PER_USER),
  SAP2_KEEP_ALIVE_MIN_S: '1',
  SAP2_KEEP_ALIVE_GRACE_S: String(GRACE_S),
  SAP2_SWEEP_INTERVAL_MS: '200',
  SAP2_RECONCILE_INTERVAL_MS: '2000',
  SAP2_LOGIN_ATTEMPTS: '10000',
  SAP2_DB_POOL: '5',
  SAP2_PUSH_DEADLINE_MS: '3000',
};
const SAMPLE_EVERY_MS = 200;
const CALM_MS = 120_000;

/** Several processes of the service, two peers with their users, and everything that happens to them. */
export class World {
  readonly recorder = new Recorder({ perUser: PER_USER, graceMs: GRACE_S * 1000 });
  readonly processes: Sap2Process[] = [];
  readonly lines: { readonly postgres: CutLine; readonly redis: CutLine }[] = [];
  readonly sap1s: SimulatedSap1[] = [];
  readonly steady: SteadyUsers[] = [];
  readonly failures: string[] = [];
  private readonly cast: Cast = newCast();
  private readonly sampling = new AbortController();
  private sampler: Promise<void> = Promise.resolve();
  private traffic: Traffic | undefined;
  private crowded = 0;

  private constructor(
    readonly stores: Stores,
    private readonly options: WorldOptions,
    readonly databaseUrl: string,
  ) {}

  /** Everything is there, and no process runs yet. */
  static async set(stores: Stores, options: WorldOptions): Promise<World> {
    const world = new World(stores, options, await stores.fresh(options.name));
    await world.addProcesses();
    await world.addPeers();
    return world;
  }

  /** Every process is ready, and everybody acts. */
  async open(): Promise<void> {
    for (const process of this.processes) process.launch();
    await Promise.all(this.processes.map((process) => process.untilReady()));
    this.sampler = this.sample();
    this.traffic = this.newTraffic();
    await this.traffic.start();
  }

  get administrator(): Administrator {
    const urls = this.processes.map(({ adminUrl }) => adminUrl);
    return new Administrator(urls, this.cast.token, this.recorder);
  }

  process(number: number): Sap2Process {
    const process = this.processes[number];
    if (process === undefined) throw new Error(`There is no process ${number}`);
    return process;
  }

  /** What has to be so, and counts as a breach of the fault's own rule when it is not. */
  expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.failures.push(otherwise);
  }

  /** Users of a peer who log in, and do nothing more. */
  async crowd(of: number, size: number, wishes: LoginWishes = {}): Promise<SteadyUsers> {
    const [sap1, its] = [this.sap1(of), this.cast.peers[of]];
    const users = its?.crowd.slice(this.crowded, this.crowded + size) ?? [];
    if (users.length < size) throw new Error(`The crowd has no ${size} more`);
    this.crowded += size;
    const crowd = new SteadyUsers(sap1, users, this.cast.password, wishes);
    await crowd.logIn();
    return crowd;
  }

  sap1(number: number): SimulatedSap1 {
    const sap1 = this.sap1s[number];
    if (sap1 === undefined) throw new Error(`There is no SAP 1 ${number}`);
    return sap1;
  }

  /** Deadlines may stand still from now until everybody is ready again. */
  async disturb(work: () => Promise<void>, { forgets = false } = {}): Promise<void> {
    const fromMs = Date.now();
    await work();
    await this.heal();
    this.recorder.disturbances.push({ fromMs, toMs: Date.now(), forgets });
  }

  /** Milliseconds until every process that runs is ready and lets a user in and out. */
  async heal(): Promise<number> {
    const fromMs = Date.now();
    const running = this.processes.filter((process) => process.isRunning);
    await Promise.all(running.map((process) => process.untilReady()));
    for (const users of this.steady) await users.keepAlive();
    return Date.now() - fromMs;
  }

  async view<T>(look: (view: StoreView) => Promise<T>): Promise<T> {
    const view = await StoreView.open(this.databaseUrl, this.stores.redisUrl);
    try {
      return await look(view);
    } finally {
      await view.close();
    }
  }

  /** Everybody stops, things calm down, and the history is judged. */
  async close(): Promise<{ readonly operations: number; readonly breaches: readonly Breach[] }> {
    await this.traffic?.stop();
    this.sampling.abort();
    await this.sampler;
    const happened = this.recorder.finish(await this.calm());
    const writings = await Promise.all([
      ...this.processes.map(async (process) => ({
        where: `log of process ${process.number}`,
        text: await process.log(),
      })),
      ...this.processes
        .filter((process) => process.isRunning)
        .map(async (process) => ({
          where: `metrics of process ${process.number}`,
          text: await this.administrator.metrics(process.adminUrl),
        })),
      this.view(async (view) => ({ where: 'audit and outbox', text: await view.writings() })),
    ]);
    const { password, token, secretKey, peers } = this.cast;
    for (const secret of [password, token, secretKey, ...peers.map((peer) => peer.secret)]) {
      this.recorder.secrets.add(secret);
    }
    const history = { ...happened, writings, secrets: [...this.recorder.secrets] };
    for (const { serviceID, givenUp } of this.sap1s) {
      this.expect(givenUp === 0, `${givenUp} transactions of ${serviceID} were given up`);
    }
    return { operations: history.attempts.length + history.pushes.length, breaches: breachesOf(history) };
  }

  /** Whatever happened before. */
  async end(): Promise<void> {
    await this.traffic?.stop();
    this.sampling.abort();
    await this.sampler;
    await Promise.all(this.processes.map((process) => process.kill()));
    await Promise.all(this.sap1s.map(({ pushes }) => pushes.close()));
    await Promise.all(this.lines.flatMap(({ postgres, redis }) => [postgres.close(), redis.close()]));
  }

  /** What the stores hold once nothing moves any more, or after two minutes if it never does. */
  private calm(): Promise<Closing> {
    const deadline = Date.now() + CALM_MS;
    return this.view((view) =>
      until('calm', 2 * CALM_MS, async () => {
        const heard = this.recorder.pushes.length;
        const closing = await view.closing();
        const isCalm =
          // A disconnect that arrives during the reading need not be in its result.
          this.recorder.pushes.length === heard &&
          closing.outbox.every(({ state }) => state !== 'pending') &&
          closing.live.length === closing.redisSessions.length &&
          closing.live.length === closing.redisDeadlines.length;
        return isCalm || Date.now() > deadline ? closing : undefined;
      }),
    );
  }

  private async addProcesses(): Promise<void> {
    const { stores, options, databaseUrl, cast } = this;
    const folder = join(stores.folder, options.name);
    await mkdir(folder);
    for (let number = 0; number < options.processes; number += 1) {
      const urls = options.lines ? await this.addLines() : { database: databaseUrl, redis: stores.redisUrl };
      const environment = {
        ...BRISK,
        DATABASE_URL: urls.database,
        REDIS_URL: urls.redis,
        SAP2_SECRET_KEYS: `suite:${cast.secretKey}`,
        SAP2_SEED_FILE: join(folder, 'seed.json'),
        ...options.environment,
      };
      const ports = { ssp: await freePort(), admin: await freePort() };
      this.processes.push(new Sap2Process(number, ports, environment, join(folder, `process-${number}.log`)));
    }
  }

  private async addLines(): Promise<{ readonly database: string; readonly redis: string }> {
    const [database, redis] = [new URL(this.databaseUrl), new URL(this.stores.redisUrl)];
    const lines = {
      postgres: await CutLine.to(Number(database.port)),
      redis: await CutLine.to(Number(redis.port)),
    };
    this.lines.push(lines);
    database.port = String(lines.postgres.port);
    redis.port = String(lines.redis.port);
    return { database: database.href, redis: redis.href };
  }

  private async addPeers(): Promise<void> {
    const { cast, recorder, options } = this;
    const urls = this.processes.map(({ sspUrl }) => sspUrl);
    const callbackUrls: string[] = [];
    for (const { serviceID, secret, steady } of cast.peers) {
      const sap1 = new SimulatedSap1({ serviceID, secret, urls, recorder });
      this.sap1s.push(sap1);
      const url = await sap1.pushes.listen('127.0.0.1', 0);
      callbackUrls.push((await options.doorOf?.(sap1, url)) ?? url);
      this.steady.push(new SteadyUsers(sap1, steady, cast.password));
    }
    await writeSeed(join(this.stores.folder, options.name, 'seed.json'), cast, callbackUrls);
  }

  private newTraffic(): Traffic {
    const { cast, recorder, administrator, options } = this;
    const lively = cast.peers.flatMap(({ lively: users }, i) => {
      const [sap1, rival] = [this.sap1s[i], this.sap1s[(i + 1) % this.sap1s.length]];
      if (sap1 === undefined || rival === undefined) return [];
      const habits = { sap1, rival, administrator, recorder, saidTwice: options.saidTwice };
      return users.map((userID) => new SimulatedUser(habits, userID, cast.password));
    });
    return new Traffic(lively, this.steady, options.seed);
  }

  /** V6, looked at while things happen; a store that is away is looked at again. */
  private async sample(): Promise<void> {
    while (!this.sampling.signal.aborted) {
      const samples = await this.view((view) => view.sample()).catch(() => []);
      this.recorder.samples.push(...samples);
      await pause(SAMPLE_EVERY_MS);
    }
  }
}
