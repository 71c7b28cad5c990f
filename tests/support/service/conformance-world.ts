import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RawSap1 } from '../peers/raw-sap1.js';
import { RawUser } from '../peers/raw-user.js';
import {
  ADMIN_TOKEN,
  DEFAULT_SEED,
  type ServiceUnderTest,
  startServiceUnderTest,
  type TestSeed,
} from './service-under-test.js';

export const OPERATOR = { serviceID: 'wv:@operator.example', secret: 'operator-secret-0001' };
export const RIVAL = { serviceID: 'wv:@rival.example', secret: 'rival-secret-0002' };

const POOL = 80;
const passwordOf = (name: string): string => `${name}-password`;

/** Two peers that may log in the same users; the more a test needs, the more it adds. */
export const CONFORMANCE_SEED = {
  domains: DEFAULT_SEED.domains ?? [],
  agreements: [OPERATOR, RIVAL].map(({ serviceID, secret }) => ({
    serviceID,
    sharedSecret: secret,
    domains: ['provider.example', 'silent.example'],
    allowPasswordOverHttp: true,
  })),
  users: Array.from({ length: POOL }, (_, index) => ({
    userID: `wv:user-${index}@provider.example`,
    password: passwordOf(`user-${index}`),
  })),
  administrators: [{ name: 'tester', token: ADMIN_TOKEN }],
} satisfies TestSeed;

/** Shared by the tests of one file: one service, its peers, and users for this file only. */
export class ConformanceWorld {
  readonly traffic: string[] = [];
  private running: ServiceUnderTest | undefined;
  private readonly sap1s: RawSap1[] = [];
  private users = 0;
  operator!: RawSap1;
  rival!: RawSap1;

  get service(): ServiceUnderTest {
    if (this.running === undefined) throw new Error('the service is not up');
    return this.running;
  }

  async start(environment: Readonly<Record<string, string>>, seed: TestSeed): Promise<void> {
    this.running = await startServiceUnderTest(environment, seed);
    this.operator = await this.sap1(OPERATOR).connect();
    this.rival = await this.sap1(RIVAL).connect();
  }

  /** A SAP 1 without an SSP session. */
  sap1(peer: RawSap1['peer'] = OPERATOR, namespace?: string): RawSap1 {
    const sap1 = new RawSap1(this.service.sspUrl, peer, this.traffic, namespace);
    this.sap1s.push(sap1);
    return sap1;
  }

  /** A user that no other test of the file knows. */
  newUser(sap1 = this.operator): RawUser {
    if (this.users === POOL) throw new Error('the pool of users is empty');
    const name = `user-${this.users++}`;
    return new RawUser(sap1, `wv:${name}@provider.example`, passwordOf(name));
  }

  /** Ends a session as an administrator does. */
  async end(userSessionID: string): Promise<void> {
    const { status } = await this.service.admin('DELETE', `/admin/v1/sessions/${userSessionID}`);
    if (status !== 204) throw new Error(`HTTP ${status} for the end of a session`);
  }

  async stop(): Promise<void> {
    for (const sap1 of this.sap1s) sap1.close();
    await this.running?.stop();
  }
}

/** Starts one service for all tests of the file, and stops it after them. */
export function worldForThisFile(
  environment: Readonly<Record<string, string>> = {},
  seed: TestSeed | (() => Promise<TestSeed>) = CONFORMANCE_SEED,
): ConformanceWorld {
  const world = new ConformanceWorld();
  beforeAll(async () => world.start(environment, typeof seed === 'function' ? await seed() : seed));
  afterAll(() => world.stop());
  return world;
}

const SECRET_ELEMENT =
  /<(?:\w+:)?(?:SecretToken|Nonce|DigestBytes|PasswordDigest|Password)(?:\s[^>]*)?>\s*([^<]*?)\s*</gu;
const SECRET_ATTRIBUTE = /\s(?:userSessionID|sessionID|sessionCookie)="([^"]*)"/gu;
/** Anything shorter is no secret, and may be a word of an honest line. */
const SHORTEST_SECRET = 10;

/** A text that was a name in the same traffic too is no secret: tests give odd texts to everything. */
const NAME_ATTRIBUTE = /\s(?:userID|url|transactionID)="([^"]*)"/gu;

const namesIn = (body: string): string[] =>
  Array.from(body.matchAll(NAME_ATTRIBUTE), ([, name = '']) => name);

const secretsIn = (body: string): string[] =>
  [SECRET_ELEMENT, SECRET_ATTRIBUTE].flatMap((pattern) =>
    Array.from(body.matchAll(pattern), ([, secret = '']) => secret),
  );

/** The last tests of a file: whatever they all made the service say, it gave nothing away. */
export function describeLog(world: ConformanceWorld): void {
  describe('the log of all this', () => {
    it('V8: has no password, digest, nonce, token, shared secret or whole session id in it', () => {
      const { log, secrets } = world.service;
      const said = log.join('');
      const known = [...secrets, OPERATOR.secret, RIVAL.secret, ...world.traffic.flatMap(secretsIn)];
      const names = world.traffic.flatMap(namesIn).join(' ');
      const toFind = new Set(
        known.filter((secret) => secret.length >= SHORTEST_SECRET && !names.includes(secret)),
      );
      expect(toFind.size).toBeGreaterThan(10);
      expect(said).toContain('ssp_session_set_up');
      expect([...toFind].filter((secret) => said.includes(secret))).toEqual([]);
    });
  });
}
