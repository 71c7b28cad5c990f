import { writeFile } from 'node:fs/promises';
import { freePort } from '@sap2/embedded-stores';
import { Sap2Process } from '../../../apps/demo/src/sap2-process.js';
import { StageFolder } from '../../../apps/demo/src/stage-folder.js';
import { SERVICE } from './built-program.js';

export interface PrivateSap2 {
  readonly sspUrl: string;
  readonly adminUrl: string;
  /** What it said last. */
  readonly lastLines: readonly string[];
}

/** The built service as a separate process on its own stores, while `use` runs. It leaves nothing behind. */
export async function withPrivateSap2(
  seed: object,
  environment: Readonly<Record<string, string>>,
  use: (sap2: PrivateSap2) => Promise<void>,
): Promise<void> {
  const folder = await StageFolder.make();
  await writeFile(folder.seedFile, JSON.stringify(seed), { mode: 0o600 });
  const [sspPort, adminPort] = [await freePort(), await freePort()];
  const { PATH, HOME, TMPDIR } = process.env;
  const settings = {
    SAP2_SSP_PORT: String(sspPort),
    SAP2_ADMIN_PORT: String(adminPort),
    SAP2_DATA_DIR: folder.dataDir,
    SAP2_SEED_FILE: folder.seedFile,
    SAP2_LOG_LEVEL: 'warn',
  };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const sap2 = new Sap2Process(SERVICE, { PATH, HOME, TMPDIR, ...settings, ...environment }, say);
  const [sspUrl, adminUrl] = [`http://127.0.0.1:${sspPort}/ssp`, `http://127.0.0.1:${adminPort}`];
  try {
    await sap2.ready(adminUrl);
    await use({ sspUrl, adminUrl, lastLines: sap2.lastLines });
  } catch (error) {
    for (const line of sap2.lastLines) say(line);
    throw error;
  } finally {
    await sap2.stop();
    await folder.remove();
  }
}
