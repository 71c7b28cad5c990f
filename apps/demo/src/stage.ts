import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@sap2/embedded-stores';
import { Sap1, type TracedMessage } from '../../sap1/src/index.js';
import { DemoFailure } from './demo-failure.js';
import { Sap2Process } from './sap2-process.js';
import { StageFolder } from './stage-folder.js';

export const OPERATOR = 'wv:@operator.example';
export const PROVIDER = 'wv:@provider.example';
export const SP_INFO = {
  name: 'Example Messaging',
  description: 'Messages and presence for everyone',
  url: 'https://provider.example/',
};

/** Secrets of this one performance. */
export interface Secrets {
  readonly agreement: string;
  readonly administrator: string;
  readonly alice: string;
  readonly bob: string;
}

export interface StageOptions {
  /** The compiled entry file of SAP 2; default: the one built together with this demo. */
  readonly sap2Main?: string | undefined;
  readonly say: (line: string) => void;
  readonly trace: (message: TracedMessage) => void;
  /** Nothing is begun any more once it is aborted. */
  readonly signal: AbortSignal;
}

/** Built together: `dist/apps/demo/src` beside `dist/apps/sap2/src`. */
const SAP2_MAIN = fileURLToPath(new URL('../../sap2/src/main.js', import.meta.url));

/** The scene: a SAP 2 with its own stores in a temporary folder, and a SAP 1 that it knows. */
export class Stage {
  readonly secrets: Secrets = {
    agreement: randomSecret(),
    administrator: randomSecret(),
    alice: randomSecret(),
    bob: randomSecret(),
  };
  #folder: StageFolder | undefined;
  #sap2: Sap2Process | undefined;
  #sap1: Sap1 | undefined;
  #adminUrl = '';

  constructor(private readonly options: StageOptions) {}

  get adminUrl(): string {
    return this.#adminUrl;
  }

  /** What SAP 2 said last. */
  get lastLines(): readonly string[] {
    return this.#sap2?.lastLines ?? [];
  }

  /** SAP 2 is ready and SAP 1 listens; nothing has been said yet. */
  async set(): Promise<Sap1> {
    const { sap2Main = SAP2_MAIN, say, signal, trace } = this.options;
    if (!existsSync(sap2Main)) throw new DemoFailure(`${sap2Main} is missing: run npm run build first.`);
    const [sspPort, adminPort] = [await freePort(), await freePort()];
    this.#adminUrl = `http://127.0.0.1:${adminPort}`;
    this.#sap1 = new Sap1({
      ownServiceID: OPERATOR,
      peerServiceID: PROVIDER,
      sharedSecret: this.secrets.agreement,
      sspUrl: `http://127.0.0.1:${sspPort}/ssp`,
      listen: { host: '127.0.0.1', port: 0 },
      trace,
    });
    const seed = seedOf(this.secrets, await this.#sap1.listen());
    this.#folder = await StageFolder.make();
    const { seedFile, dataDir } = this.#folder;
    await writeFile(seedFile, JSON.stringify(seed), { mode: 0o600 });

    signal.throwIfAborted();
    this.#sap2 = new Sap2Process(
      sap2Main,
      {
        ...withoutSap2Settings(process.env),
        SAP2_SSP_PORT: String(sspPort),
        SAP2_ADMIN_PORT: String(adminPort),
        SAP2_DATA_DIR: dataDir,
        SAP2_SEED_FILE: seedFile,
        SAP2_LOG_LEVEL: 'warn',
        SAP2_KEEP_ALIVE_MIN_S: '2',
        SAP2_KEEP_ALIVE_GRACE_S: '1',
      },
      say,
    );
    await this.#sap2.ready(this.#adminUrl);
    return this.#sap1;
  }

  /** Everything stopped, everything removed, whatever has happened. @returns SAP 2's exit code; undefined: a signal ended it */
  async clear(): Promise<number | undefined> {
    await this.#sap1?.close();
    const exitCode = this.#sap2 === undefined ? 0 : await this.#sap2.stop();
    await this.#folder?.remove();
    return exitCode;
  }
}

const randomSecret = (): string => randomBytes(24).toString('base64url');

/** What an administrator would put into `SAP2_SEED_FILE`. */
function seedOf(secrets: Secrets, callbackUrl: string): unknown {
  return {
    domains: [
      {
        name: 'provider.example',
        spInfo: SP_INFO,
        services: ['FundamentalFeat', 'PresenceFeat', 'IMFeat'],
      },
    ],
    agreements: [
      {
        serviceID: OPERATOR,
        sharedSecret: secrets.agreement,
        callbackUrl,
        answerMode: 'inline',
        domains: ['provider.example'],
        allowPasswordOverHttp: false,
      },
    ],
    users: [
      { userID: 'wv:alice@provider.example', password: secrets.alice },
      { userID: 'wv:bob@provider.example', password: secrets.bob },
    ],
    administrators: [{ name: 'olga', token: secrets.administrator }],
  };
}

/** The demo shows SAP 2 with its defaults, whatever the shell is set up for. */
function withoutSap2Settings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const mine = (name: string): boolean => /^(SAP2_.*|DATABASE_URL|REDIS_URL)$/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !mine(name)));
}
