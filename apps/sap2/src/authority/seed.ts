import { readSeedFile } from '@sap2/config';
import { type IdentityStore, SeedError } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';

/** Applies the seed file of the configuration. @throws Error that names every entry that is wrong */
export async function applySeedFile(path: string, identity: IdentityStore, log: EventLog): Promise<void> {
  const seed = await readSeedFile(path);
  if (!seed.ok) throw new Error(faultsOf(path, seed.error));
  try {
    const summary = await identity.applySeed(seed.value);
    log.event('seed_applied', { detail: JSON.stringify(summary) });
  } catch (error) {
    if (error instanceof SeedError) throw new Error(faultsOf(path, error.problems), { cause: error });
    throw error;
  }
}

const faultsOf = (path: string, faults: readonly string[]): string =>
  [`the seed file ${path} is not valid:`, ...faults.map((fault) => `  ${fault}`)].join('\n');
