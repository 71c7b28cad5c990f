import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for a SAP 2 with stores of its own. */
export class StageFolder {
  private constructor(private readonly path: string) {}

  static async make(): Promise<StageFolder> {
    const path = await mkdtemp(join(tmpdir(), 'sap2-demo-'));
    // PostgreSQL does not run as root; whatever user it runs as then has to get through to its data.
    await chmod(path, 0o711);
    return new StageFolder(path);
  }

  /** For `SAP2_SEED_FILE`. */
  get seedFile(): string {
    return join(this.path, 'seed.json');
  }

  /** For `SAP2_DATA_DIR`. */
  get dataDir(): string {
    return join(this.path, 'data');
  }

  async remove(): Promise<void> {
    // Where PostgreSQL's user can not reach the data folder, it keeps its data elsewhere and says so in this file.
    const elsewhere = join(this.dataDir, 'postgres.location');
    if (existsSync(elsewhere)) {
      await rm((await readFile(elsewhere, 'utf8')).trim(), { recursive: true, force: true });
    }
    await rm(this.path, { recursive: true, force: true });
  }
}
