import { readSeedFile } from '@sap2/config';
import { SeedError } from '@sap2/identity-store';
import { passwordPolicyOf } from './administration.js';
import type { Authority } from './authority.js';

/**
 * Applies the seed file of the configuration. Its entries follow the same rules as what administrators write over REST.
 * @throws Error that names every entry that is wrong
 */
export async function seedTheStores(
  path: string,
  { config, identity, peers: { networks }, log }: Authority,
): Promise<void> {
  const { seed, faults } = await readSeedFile(path);
  try {
    const summary = await identity.applySeed(seed, {
      faults,
      passwords: passwordPolicyOf(config),
      refusalOfUrl: (callbackUrl) => networks.refusalOfUrl(callbackUrl),
    });
    log.event('seed_applied', { detail: JSON.stringify(summary) });
  } catch (error) {
    if (error instanceof SeedError) throw new Error(faultsOf(path, error.problems), { cause: error });
    throw error;
  }
}

const faultsOf = (path: string, faults: readonly string[]): string =>
  [`the seed file ${path} is not valid:`, ...faults.map((fault) => `  ${fault}`)].join('\n');
