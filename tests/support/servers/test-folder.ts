import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Set for the run of the tests by jest-global-setup.mjs. The end of the run removes the folder and ends its
 * servers, even after a failure.
 */
export const RUN_FOLDER_VARIABLE = 'SAP2_TEST_RUN_DIR';

/** An empty folder that a server of another user may pass as well. */
export function testFolder(): string {
  const folder = mkdtempSync(join(process.env[RUN_FOLDER_VARIABLE] ?? tmpdir(), 'stores-'));
  chmodSync(folder, 0o711);
  return folder;
}
