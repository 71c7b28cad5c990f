import { openRunFolder } from './run-folder.mjs';

/** Starts no server: a run of pure specs pays nothing. */
export default function setUp() {
  process.env.SAP2_TEST_RUN_DIR = openRunFolder();
}
