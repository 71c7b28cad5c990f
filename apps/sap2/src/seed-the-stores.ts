import type { INestApplicationContext } from '@nestjs/common';
import type { PasswordPolicy } from '@sap2/administration';
import { readSeedFile } from '@sap2/config';
import { type IdentityStore, SeedError } from '@sap2/identity-store';
import type { EventLog } from '@sap2/observability';
import { PeerNetworks } from '@sap2/peer-link';
import { EVENT_LOG, IDENTITY_STORE, PASSWORD_POLICY } from './wiring/tokens.js';

/**
 * Applies the seed file of the configuration. Its entries follow the same rules as what administrators write over REST.
 * @throws Error that names every entry that is wrong
 */
export async function seedTheStores(path: string, authority: INestApplicationContext): Promise<void> {
  const { seed, faults } = await readSeedFile(path);
  const networks = authority.get(PeerNetworks);
  try {
    const summary = await authority.get<IdentityStore>(IDENTITY_STORE).applySeed(seed, {
      faults,
      passwords: authority.get<PasswordPolicy>(PASSWORD_POLICY),
      refusalOfUrl: (callbackUrl) => networks.refusalOfUrl(callbackUrl),
    });
    authority.get<EventLog>(EVENT_LOG).event('seed_applied', { detail: JSON.stringify(summary) });
  } catch (error) {
    if (error instanceof SeedError) throw new Error(faultsOf(path, error.problems), { cause: error });
    throw error;
  }
}

const faultsOf = (path: string, faults: readonly string[]): string =>
  [`the seed file ${path} is not valid:`, ...faults.map((fault) => `  ${fault}`)].join('\n');
