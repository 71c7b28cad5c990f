import { afterAll, beforeAll } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { createEventLog } from '@sap2/observability';
import { until } from '@sap2/test-support';
import { type Gateway, parseGatewaySettings, startGateway } from '../../../apps/sap1/src/gateway/index.js';
import { CONFORMANCE_SEED, OPERATOR } from './conformance-world.js';
import { RawHandset, type HandsetWish } from '../peers/raw-handset.js';
import { type ServiceUnderTest, startServiceUnderTest, type TestSeed } from './service-under-test.js';

const POOL = 80;

interface Ready {
  readonly providers: Readonly<Record<string, string>>;
}

/** What differs from the usual; a function if it needs the URL of SAP 2. */
type SettingsOfTest = object | ((sspUrl: string) => object);

/** A SAP 2, a gateway in front of it, and handsets: for the tests of one file. */
export class GatewayWorld {
  readonly log: string[] = [];
  service!: ServiceUnderTest;
  gateway!: Gateway;
  pushesPort = 0;
  private users = 0;
  private readonly handsets: RawHandset[] = [];

  async start(
    environment: Readonly<Record<string, string>>,
    settings: SettingsOfTest,
    seed: TestSeed = CONFORMANCE_SEED,
  ): Promise<void> {
    this.pushesPort = await freePort();
    this.service = await startServiceUnderTest(environment, {
      ...seed,
      agreements: (seed.agreements ?? []).map((agreement) =>
        'serviceID' in agreement && agreement.serviceID === OPERATOR.serviceID
          ? { ...agreement, callbackUrl: `http://127.0.0.1:${this.pushesPort}/` }
          : agreement,
      ),
    });
    this.gateway = await this.startGateway(
      typeof settings === 'function' ? settings(this.service.sspUrl) : settings,
    );
    // On a busy machine the first set-up may take too long. The gateway then probes until SAP 2 answers.
    await until('SAP 2 behind the gateway', async () => {
      const ready = (await (await fetch(`${this.adminUrl}/health/ready`)).json()) as Ready;
      return ready.providers['wv:@provider.example'] === 'up';
    });
  }

  /** @param settings what differs from the usual */
  async startGateway(settings: object = {}): Promise<Gateway> {
    const parsed = parseGatewaySettings(gatewayFileFor(this.service.sspUrl, this.pushesPort, settings), {});
    if (!parsed.ok) throw new Error(parsed.error.join('\n'));
    const output = { write: (line: string) => this.log.push(line) };
    return startGateway(parsed.value, createEventLog({ level: 'debug', output }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.gateway.frontPort}/csp`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.gateway.adminPort}`;
  }

  /** With a user that no other test of the file knows. */
  newHandset(wish: Partial<HandsetWish> = {}): RawHandset {
    if (this.users === POOL) throw new Error('the pool of users is empty');
    const name = `user-${this.users++}`;
    return this.handset({ userID: `wv:${name}@provider.example`, password: `${name}-password`, ...wish });
  }

  handset(wish: HandsetWish): RawHandset {
    const handset = new RawHandset(this.url, wish);
    this.handsets.push(handset);
    return handset;
  }

  /** Ends a session as an administrator does. */
  async end(sessionID: string): Promise<void> {
    const { status } = await this.service.admin('DELETE', `/admin/v1/sessions/${sessionID}`);
    if (status !== 204) throw new Error(`HTTP ${status} for the end of a session`);
  }

  async stop(): Promise<void> {
    for (const handset of this.handsets) handset.close();
    await this.gateway.stop();
    await this.service.stop();
  }
}

export const gatewayFileFor = (sspUrl: string, pushesPort: number, settings: object): object => ({
  serviceID: OPERATOR.serviceID,
  front: { port: 0, longPollS: 0 },
  pushes: { port: pushesPort },
  admin: { port: 0 },
  defaultDomain: 'provider.example',
  providers: ['provider.example', 'silent.example'].map((domain) => ({
    domain,
    serviceID: 'wv:@provider.example',
    url: sspUrl,
    sharedSecret: OPERATOR.secret,
  })),
  ...settings,
});

export function gatewayWorldForThisFile(
  settings: SettingsOfTest = {},
  environment: Readonly<Record<string, string>> = {},
  seed?: TestSeed,
): GatewayWorld {
  const world = new GatewayWorld();
  beforeAll(() => world.start(environment, settings, seed));
  afterAll(() => world.stop());
  return world;
}
