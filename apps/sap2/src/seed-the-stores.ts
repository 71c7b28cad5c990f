import { applySeed, SeedError } from '@sap2/administration';
import { readSeedFile } from '@sap2/config';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { passwordPolicyOf } from './authority/administration.js';
import type { Authority } from './authority/authority.js';

/**
 * Applies the seed file of the configuration in one transaction, with the acts and rules of REST. The live store learns the
 * ends after the commit.
 *
 * @throws Error that names every entry that is wrong
 */
export async function seedTheStores(path: string, authority: Authority): Promise<void> {
  const { log, ports, sessions } = authority;
  const { summary, ends, disabled, left } = await applied(path, authority);
  log.event('seed_applied', { detail: JSON.stringify(summary) });
  for (const detail of left) log.warn('seed_entry_left', { detail });
  try {
    await ends.release(sessions.end);
    for (const peer of disabled) await ports.SspSessions.removeAllOf(peer);
  } catch (error) {
    if (!(error instanceof LiveStoreUnavailableError)) throw error;
    // The ends are committed. The rebuild of the live store, or the delivery of each end, tells it.
    log.warn('seed_ends_late', { detail: error.message });
  }
}

async function applied(path: string, { config, identity, peers: { networks, probe }, ports }: Authority) {
  const { seed, faults } = await readSeedFile(path, process.env);
  const sight = { inForce: ports.Agreements, lines: ports.PeerLines, prober: probe };
  const rules = {
    faults,
    passwords: passwordPolicyOf(config),
    refusalOfUrl: (callbackUrl: string) => networks.refusalOfUrl(callbackUrl),
  };
  try {
    return await identity.seeding((books) => applySeed(seed, books, sight, rules));
  } catch (error) {
    if (error instanceof SeedError) throw new Error(faultsOf(path, error.problems), { cause: error });
    throw error;
  }
}

const faultsOf = (path: string, faults: readonly string[]): string =>
  [`the seed file ${path} is not valid:`, ...faults.map((fault) => `  ${fault}`)].join('\n');
