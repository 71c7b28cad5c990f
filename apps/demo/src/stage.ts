import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@sap2/embedded-stores';
import { createEventLog } from '@sap2/observability';
import { Handset, type HandsetOptions } from '../../handset/src/index.js';
import { type Gateway, parseGatewaySettings, startGateway } from '../../sap1/src/gateway/index.js';
import { DEFAULT_KEEP_ALIVE_S, DOMAIN, OPERATOR, PROVIDER, type Secrets, SP_INFO } from './cast.js';
import { DemoFailure } from './demo-failure.js';
import { type Said, saidInCsp, saidInSsp } from './said.js';
import { Sap2Process } from './sap2-process.js';
import { StageFolder } from './stage-folder.js';

export interface StageOptions {
  /** The compiled entry file of SAP 2; default: the one built together with this demo. */
  readonly sap2Main?: string | undefined;
  readonly say: (line: string) => void;
  /** Gets each message, before it leaves and when it came. */
  readonly hear: (said: Said) => void;
  /** Nothing is begun any more once it is aborted. */
  readonly signal: AbortSignal;
}

/** Built together: `dist/apps/demo/src` beside `dist/apps/sap2/src`. */
const SAP2_MAIN = fileURLToPath(new URL('../../sap2/src/main.js', import.meta.url));

/** Keep-alives within this time share a message; long enough for a slow machine. */
const WINDOW_MS = 300;
/** An end that a poll waits for comes sooner, even on a slow machine. */
const LONG_POLL_S = 30;
const LAST_LINES = 20;

/** Of listeners, all on this machine. */
interface Ports {
  readonly ssp: number;
  readonly sap2Admin: number;
  readonly csp: number;
  readonly pushes: number;
  readonly sap1Admin: number;
}

/** The scene: a SAP 2 with its own stores in a temporary folder. A SAP 1 that it knows, and phones. */
export class Stage {
  readonly secrets: Secrets = {
    agreement: randomSecret(),
    administrator: randomSecret(),
    alice: randomSecret(),
    bob: randomSecret(),
    carol: randomSecret(),
  };
  readonly #sap1Log: string[] = [];
  readonly #phones: Handset[] = [];
  #folder: StageFolder | undefined;
  #sap2: Sap2Process | undefined;
  #sap1: Promise<Gateway> | undefined;

  private constructor(
    private readonly options: StageOptions,
    private readonly ports: Ports,
  ) {}

  static async build(options: StageOptions): Promise<Stage> {
    return new Stage(options, {
      ssp: await freePort(),
      sap2Admin: await freePort(),
      csp: await freePort(),
      pushes: await freePort(),
      sap1Admin: await freePort(),
    });
  }

  get sap2AdminUrl(): string {
    return `http://127.0.0.1:${this.ports.sap2Admin}`;
  }

  get sap1AdminUrl(): string {
    return `http://127.0.0.1:${this.ports.sap1Admin}`;
  }

  /** What the two servers logged last. */
  get lastLines(): readonly string[] {
    return [...this.#sap1Log.slice(-LAST_LINES), ...(this.#sap2?.lastLines ?? [])];
  }

  /** All that SAP 1 has logged so far. */
  get sap1Log(): string {
    return this.#sap1Log.join('');
  }

  /** Resolves when it is ready; nothing has been said yet. */
  async startSap2(): Promise<void> {
    const { sap2Main = SAP2_MAIN, say, signal } = this.options;
    if (!existsSync(sap2Main)) throw new DemoFailure(`${sap2Main} is missing: run npm run build first.`);
    this.#folder = await StageFolder.make();
    const { seedFile, dataDir } = this.#folder;
    const seed = seedOf(this.secrets, `http://127.0.0.1:${this.ports.pushes}/`);
    await writeFile(seedFile, JSON.stringify(seed), { mode: 0o600 });

    signal.throwIfAborted();
    this.#sap2 = new Sap2Process(
      sap2Main,
      {
        ...withoutSap2Settings(process.env),
        SAP2_SSP_PORT: String(this.ports.ssp),
        SAP2_ADMIN_PORT: String(this.ports.sap2Admin),
        SAP2_DATA_DIR: dataDir,
        SAP2_SEED_FILE: seedFile,
        SAP2_LOG_LEVEL: 'warn',
        SAP2_KEEP_ALIVE_MIN_S: '2',
        SAP2_KEEP_ALIVE_DEFAULT_S: String(DEFAULT_KEEP_ALIVE_S),
        SAP2_KEEP_ALIVE_GRACE_S: '1',
      },
      say,
    );
    await this.#sap2.ready(this.sap2AdminUrl);
  }

  /** In this process, as `npm run sap1 -- serve` would run it. */
  async startSap1(): Promise<void> {
    this.options.signal.throwIfAborted();
    const { csp, pushes, sap1Admin, ssp } = this.ports;
    const settings = parseGatewaySettings(
      {
        serviceID: OPERATOR,
        front: { port: csp, longPollS: LONG_POLL_S, keepAliveWindowMs: WINDOW_MS },
        pushes: { port: pushes },
        admin: { port: sap1Admin },
        defaultDomain: DOMAIN,
        providers: [
          {
            domain: DOMAIN,
            serviceID: PROVIDER,
            url: `http://127.0.0.1:${ssp}/ssp`,
            sharedSecret: this.secrets.agreement,
          },
        ],
      },
      {},
    );
    if (!settings.ok) throw new DemoFailure(settings.error.join('\n'));
    const output = { write: (line: string) => void this.#sap1Log.push(line) };
    const log = createEventLog({ level: 'debug', output });
    this.#sap1 = startGateway(settings.value, log, undefined, (message) =>
      this.options.hear(saidInSsp(message)),
    );
    await this.#sap1;
  }

  /** The phone of a user, which logs in at SAP 1 without sending its password. */
  phone(
    name: string,
    user: 'alice' | 'bob' | 'carol',
    wishes: Pick<HandsetOptions, 'version' | 'encoding' | 'timeToLiveS'>,
  ): Handset {
    const phone = new Handset({
      front: `http://127.0.0.1:${this.ports.csp}/csp`,
      userID: `wv:${user}@${DOMAIN}`,
      password: this.secrets[user],
      digestSchemas: ['SHA-256', 'SHA', 'MD5'],
      client: `${name}@handset`,
      watch: (leg) => this.options.hear(saidInCsp(name, leg)),
      ...wishes,
    });
    this.#phones.push(phone);
    return phone;
  }

  async stopSap1(): Promise<void> {
    const starting = this.#sap1;
    this.#sap1 = undefined;
    for (const phone of this.#phones.splice(0)) await phone.close();
    // If it did not start, the step that started it has reported why.
    const sap1 = await starting?.catch(() => undefined);
    await sap1?.stop();
  }

  /** Everything stopped, everything removed, whatever has happened. @returns SAP 2's exit code; undefined: a signal ended it */
  async clear(): Promise<number | undefined> {
    await this.stopSap1();
    const exitCode = this.#sap2 === undefined ? 0 : await this.#sap2.stop();
    await this.#folder?.remove();
    return exitCode;
  }
}

const randomSecret = (): string => randomBytes(24).toString('base64url');

/** What an administrator would put into `SAP2_SEED_FILE`. */
function seedOf({ agreement, administrator, ...passwords }: Secrets, callbackUrl: string): unknown {
  return {
    domains: [{ name: DOMAIN, spInfo: SP_INFO, services: ['FundamentalFeat', 'PresenceFeat', 'IMFeat'] }],
    agreements: [
      {
        serviceID: OPERATOR,
        sharedSecret: agreement,
        callbackUrl,
        answerMode: 'inline',
        domains: [DOMAIN],
        allowPasswordOverHttp: false,
      },
    ],
    users: Object.entries(passwords).map(([name, password]) => ({
      userID: `wv:${name}@${DOMAIN}`,
      password,
    })),
    administrators: [{ name: 'olga', token: administrator }],
  };
}

/** The demo shows SAP 2 with its defaults, whatever the shell is set up for. */
function withoutSap2Settings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const mine = (name: string): boolean => /^(SAP2_.*|DATABASE_URL|REDIS_URL)$/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !mine(name)));
}
