import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTestPostgres, startTestRedis, testFolder, type TestServer } from '@sap2/test-support';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { RawSap1 } from '../peers/raw-sap1.js';
import { RawUser } from '../peers/raw-user.js';
import { type ServiceProcess, startServiceProcess } from './service-process.js';
import { ADMIN_TOKEN, TEST_ENVIRONMENT } from './service-under-test.js';
import { until } from './until.js';

const PEER = { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' };
const USERS = 50;
const CLIENTS = 4;
const PASSWORD = 'password';

/** The answer: a status code of SSP, or `HTTP <status>`, and the seconds to wait if it has them. */
export interface Outcome {
  readonly code: string;
  readonly tryAgainS: number | undefined;
}

/** A service in a separate process, with 200 sessions. Tests damage its PostgreSQL and Redis. */
export class StoreFaultWorld {
  private constructor(
    readonly postgres: TestServer,
    readonly redis: TestServer,
    readonly service: ServiceProcess,
    readonly sap1: RawSap1,
    readonly operator: Redis,
  ) {}

  sessions: readonly string[] = [];

  static async start(environment: Readonly<Record<string, string>>): Promise<StoreFaultWorld> {
    const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
    const service = await startServiceProcess({
      ...TEST_ENVIRONMENT,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      SAP2_SEED_FILE: seedFile(),
      ...environment,
    });
    const sap1 = await new RawSap1(service.sspUrl, PEER).connect();
    const operator = new Redis(redis.url, { disconnectTimeout: 0, retryStrategy: () => 20 });
    operator.on('error', () => undefined);
    const world = new StoreFaultWorld(postgres, redis, service, sap1, operator);
    const logins = Array.from({ length: USERS * CLIENTS }, (_, i): [string, string] => [
      sap1.nextTransactionID(),
      world.user(i % USERS, `client-${Math.floor(i / USERS)}`).passwordRequest(),
    ]);
    world.sessions = (await sap1.askAll(logins)).map(({ userSessionID }) => userSessionID);
    return world;
  }

  async stop(): Promise<void> {
    this.operator.disconnect();
    this.sap1.close();
    this.postgres.thaw();
    this.redis.thaw();
    await this.service.kill();
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
  }

  user(number: number, client: string): RawUser {
    return new RawUser(this.sap1, `wv:user-${number}@provider.example`, PASSWORD).on(client);
  }

  /** Any request, whatever becomes of it. A peer whose SSP session was lost sets up a new one (ssp-binding §2). */
  async send(primitive: string): Promise<Outcome> {
    const { sap1 } = this;
    const answer = await sap1.post(sap1.message([[sap1.nextTransactionID(), primitive]]));
    if (answer.status === 403) {
      await sap1.connect().catch(() => undefined);
      return this.send(primitive);
    }
    if (answer.status !== 200) {
      const retryAfter = answer.headers['retry-after'];
      return { code: `HTTP ${answer.status}`, tryAgainS: retryAfter ? Number(retryAfter) : undefined };
    }
    const [read] = sap1.read(answer);
    return { code: String(read?.code), tryAgainS: read?.tryAgainS };
  }

  keepAlive(ids: readonly string[] = this.sessions): Promise<Outcome> {
    const entries = ids.map((id) => `<UserSession userSessionID="${id}"/>`).join('');
    return this.send(`<UserKeepAliveRequest>${this.sap1.metaInfo}${entries}</UserKeepAliveRequest>`);
  }

  logIn(client: string): Promise<Outcome> {
    return this.send(this.user(0, client).passwordRequest());
  }

  /** Keep-alives of these sessions, one after the other, until it is stopped. Returns every outcome. */
  keepAlivesDuring(ids: readonly string[] = this.sessions): { stop(): Promise<readonly Outcome[]> } {
    const outcomes: Outcome[] = [];
    const ended = new AbortController();
    const running = (async () => {
      while (!ended.signal.aborted) {
        outcomes.push(await this.keepAlive(ids));
        await pause(20);
      }
    })();
    return {
      stop: async () => {
        ended.abort();
        await running;
        return outcomes;
      },
    };
  }

  /** HTTP status of the readiness probe. */
  async readiness(): Promise<number> {
    return (await fetch(`${this.service.adminUrl}/health/ready`)).status;
  }

  /** What the readiness probe calls down. */
  async down(): Promise<readonly string[]> {
    const report = (await (await fetch(`${this.service.adminUrl}/health/ready`)).json()) as {
      readonly details: Readonly<Record<string, { readonly status: string }>>;
    };
    return Object.entries(report.details).flatMap(([name, { status }]) => (status === 'down' ? [name] : []));
  }

  untilReady(): Promise<true> {
    return until('readiness', async () => (await this.readiness()) === 200);
  }

  /** V7: what each store holds. */
  async held(): Promise<{ readonly ledger: number; readonly live: number; readonly deadlines: number }> {
    const marks = Array.from({ length: 16 }, (_, i) => `sap2:{${String(i).padStart(2, '0')}}:deadlines`);
    const deadlines = await Promise.all(marks.map((key) => this.operator.zcard(key)));
    const live = (await this.operator.keys('sap2:{*}:session:*')).length;
    const [row] = await this.query<{ count: string }>('SELECT count(*) AS count FROM live_session');
    return {
      ledger: Number(row?.count),
      live,
      deadlines: deadlines.reduce((sum, count) => sum + count, 0),
    };
  }

  /** Sessions that ended by themselves. */
  async expired(): Promise<number> {
    const [row] = await this.query<{ count: string }>(
      `SELECT count(*) AS count FROM session_history WHERE cause = 'expired'`,
    );
    return Number(row?.count);
  }

  private async query<Row extends object>(statement: string): Promise<Row[]> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }
}

function seedFile(): string {
  const file = join(mkdtempSync(join(testFolder(), 'seed-')), 'seed.json');
  const { serviceID, secret } = PEER;
  const agreement = {
    serviceID,
    sharedSecret: secret,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
  };
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: [agreement],
    users: Array.from({ length: USERS }, (_, i) => ({
      userID: `wv:user-${i}@provider.example`,
      password: PASSWORD,
    })),
    administrators: [{ name: 'tester', token: ADMIN_TOKEN }],
  };
  writeFileSync(file, JSON.stringify(seed));
  return file;
}
