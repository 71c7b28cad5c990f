import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { describeFault, readConfig } from '@sap2/config';
import type { prepareSchema } from '@sap2/identity-store';
import type { createEventLog } from '@sap2/observability';
import type { startService } from '../../../apps/sap2/src/service.js';
import type { MIGRATIONS } from '../../../migrations/index.js';
import { build } from './built-program.js';

const DIST = resolve(import.meta.dirname, '../../../dist');

declare global {
  /** Of the environment of the e2e tests: imports with Node, and not with Jest. */
  var importOutside: (url: string) => Promise<unknown>;
}

/** A module of what `npm run build` makes, loaded once for all test files of a worker. */
const built = async <Module>(path: string): Promise<Module> =>
  (await globalThis.importOutside(pathToFileURL(join(DIST, path)).href)) as Module;

/** What a test needs to run a whole service in its own process. */
export interface BuiltModules {
  readonly startService: typeof startService;
  readonly readConfig: typeof readConfig;
  readonly describeFault: typeof describeFault;
  readonly createEventLog: typeof createEventLog;
  readonly prepareSchema: typeof prepareSchema;
  readonly MIGRATIONS: typeof MIGRATIONS;
}

/** A package as the service has it: a test that changes its classes changes what the service does. */
export const packageOfService = async <Module>(name: string): Promise<Module> =>
  (await globalThis.importOutside(name)) as Module;

/** Builds the service first, unless nothing changed since the last build. */
export async function builtModules(): Promise<BuiltModules> {
  await build();
  await packageOfService('reflect-metadata');
  const modules = await Promise.all([
    built<Pick<BuiltModules, 'startService'>>('apps/sap2/src/service.js'),
    built<Pick<BuiltModules, 'readConfig' | 'describeFault'>>('libs/config/src/index.js'),
    built<Pick<BuiltModules, 'createEventLog'>>('libs/observability/src/index.js'),
    built<Pick<BuiltModules, 'prepareSchema'>>('libs/identity-store/src/index.js'),
    built<Pick<BuiltModules, 'MIGRATIONS'>>('migrations/index.js'),
  ]);
  const [service, config, observability, identityStore, migrations] = modules;
  return { ...service, ...config, ...observability, ...identityStore, ...migrations };
}
