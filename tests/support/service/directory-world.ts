import { RawUser } from '../peers/raw-user.js';
import { AdminClient } from './admin-client.js';
import { CONFORMANCE_SEED, type ConformanceWorld } from './conformance-world.js';
import { Exposition } from './exposition.js';
import type { TestSeed } from './service-under-test.js';

export const DIRECTORY_DOMAIN = 'directory.example';

/** As a domain of a seed file has it. */
export interface DirectorySeed {
  readonly name?: string;
  readonly userDirectory: object;
  readonly userDirectorySecret?: string;
}

/** The usual peers, which may also log in the users of domains with a directory. */
export function seedWithDirectories(...directories: readonly DirectorySeed[]): TestSeed {
  const domains = directories.map((one) => ({ name: DIRECTORY_DOMAIN, ...one }));
  return {
    ...CONFORMANCE_SEED,
    domains: [...CONFORMANCE_SEED.domains, ...domains],
    agreements: CONFORMANCE_SEED.agreements.map((agreement) => ({
      ...agreement,
      domains: [...agreement.domains, ...domains.map(({ name }) => name)],
    })),
  };
}

/** What the tests of a domain with a directory ask for. */
export class DirectoryUsers {
  constructor(
    private readonly world: ConformanceWorld,
    private readonly password: string,
    private readonly domain = DIRECTORY_DOMAIN,
  ) {}

  named(name: string, password = this.password): RawUser {
    return new RawUser(this.world.operator, `wv:${name}@${this.domain}`, password);
  }

  get admin(): AdminClient {
    return new AdminClient(this.world.service.adminUrl);
  }

  path(name: string): string {
    return `/users/${encodeURIComponent(`wv:${name}@${this.domain}`)}`;
  }

  /** Checks with this result, of this process. */
  async checks(result: string): Promise<number> {
    const scrape = await this.world.service.admin('GET', '/metrics');
    const labels = { domain: this.domain, result };
    return new Exposition(await scrape.text()).value('sap2_user_directory_checks_total', labels);
  }

  /** Reasons that the log has for the refusals of a user. */
  reasons(name: string): readonly string[] {
    return this.world.service.log
      .map((line) => JSON.parse(line) as { event?: string; user?: string; reason?: string })
      .filter(({ event, user }) => event === 'login_refused' && user === `wv:${name}@${this.domain}`)
      .map(({ reason }) => reason ?? '');
  }
}
