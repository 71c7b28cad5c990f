import type { Clock } from '@sap2/kernel';
import type { Agreement, Agreements } from '@sap2/peer-link';
import type { Directory, Domain, Entitlement, ServedDomain, ServiceID } from '@sap2/session-core';
import type { UserDirectoryBook, UserDirectoryEntry } from '@sap2/user-directories';
import type { Sql } from './database.js';
import { DatedAgreement, type WholeAgreement } from './dated-agreement.js';
import { recordOf, sealedSecretOf } from './rows/domain.row.js';
import { secretOfUserDirectory, type SecretVault } from './secret-vault.js';
import type { WakeUps } from './wake-ups.js';

/** A wake-up can be lost; nothing stays unseen for longer than this. */
const REFRESH_EVERY_MS = 10_000;

interface Content {
  readonly domains: ReadonlyMap<Domain, ServedDomain>;
  readonly userDirectories: ReadonlyMap<Domain, UserDirectoryEntry>;
  readonly agreements: ReadonlyMap<string, DatedAgreement>;
}

const NOTHING: Content = { domains: new Map(), userDirectories: new Map(), agreements: new Map() };

/**
 * All domains and agreements in memory: every message needs them, and they change rarely. The snapshot is always one state of
 * the database, and is replaced as a whole. If it cannot be read again, the last one stays in force. The clock decides at
 * each question whether a beginning or an end has been reached.
 */
export class DirectorySnapshot implements Directory, Agreements, UserDirectoryBook {
  private content = NOTHING;
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | undefined;
  private stopWatching: () => void = () => undefined;

  constructor(
    private readonly sql: Sql,
    private readonly vault: SecretVault,
    private readonly wakeUps: WakeUps,
    private readonly clock: Clock,
    private readonly onRefreshFailed: (error: Error) => void,
  ) {}

  domain(name: Domain): ServedDomain | undefined {
    return this.content.domains.get(name);
  }

  userDirectoryOf(domain: Domain): UserDirectoryEntry | undefined {
    return this.content.userDirectories.get(domain);
  }

  entitlement(peer: ServiceID): Entitlement | undefined {
    return this.content.agreements.get(peer)?.entitlementAt(this.clock.nowMs());
  }

  ofPeer(serviceID: string): Agreement | undefined {
    return this.content.agreements.get(serviceID)?.inForceAt(this.clock.nowMs());
  }

  toTell(serviceID: string): Agreement | undefined {
    return this.content.agreements.get(serviceID)?.at(this.clock.nowMs());
  }

  /** Throws if it cannot be read: the service cannot answer without a directory. */
  async start(): Promise<void> {
    await this.refresh();
    const refresh = (): void => void this.refresh().catch(this.onRefreshFailed);
    const timer = setInterval(refresh, REFRESH_EVERY_MS).unref();
    const unlisten = this.wakeUps.on('sap2_directory', refresh);
    this.stopWatching = (): void => {
      clearInterval(timer);
      unlisten();
    };
  }

  async stop(): Promise<void> {
    this.stopWatching();
    await this.last;
  }

  /** Shows at least what was committed before the call. However many ask meanwhile, one look serves them all. */
  refresh(): Promise<void> {
    this.next ??= this.last.then(() => {
      this.next = undefined;
      const load = this.load();
      // This caller gets the failure. The next one only waits until the load is over.
      this.last = load.catch(() => undefined);
      return load;
    });
    return this.next;
  }

  private async load(): Promise<void> {
    const [row] = await this.sql.rows<{ domains: object[]; agreements: WholeAgreement[] }>(DIRECTORY);
    if (row === undefined) throw new Error('PostgreSQL returned no directory');
    this.content = {
      domains: new Map(row.domains.map(servedDomain).map((domain) => [domain.name, domain])),
      userDirectories: new Map(row.domains.flatMap((one) => userDirectoryIn(one, this.vault))),
      agreements: new Map(row.agreements.map((one) => [one.service_id, new DatedAgreement(one, this.vault)])),
    };
  }
}

/** One statement, so that both parts are of one moment. */
const DIRECTORY = `
  SELECT
    (SELECT coalesce(json_agg(d), '[]') FROM domain d) AS domains,
    (SELECT coalesce(json_agg(a), '[]') FROM (
      SELECT agreement.*, ARRAY(
        SELECT m.domain FROM agreement_domain m WHERE m.service_id = agreement.service_id
      ) AS domains, (
        SELECT coalesce(json_agg(s ORDER BY s.id DESC), '[]')
        FROM agreement_secret s WHERE s.service_id = agreement.service_id
      ) AS secrets
      FROM agreement
    ) a) AS agreements`;

function servedDomain(row: object): ServedDomain {
  const { name, spInfo, services, userDirectory } = recordOf(row);
  const hasUserDirectory = userDirectory !== undefined;
  return { name, spInfo, services: services && new Set(services), hasUserDirectory };
}

/** The secret is opened when a login needs it: a key that is missing stops this domain, and no other. */
function userDirectoryIn(row: object, vault: SecretVault): readonly [Domain, UserDirectoryEntry][] {
  const { name, userDirectory: settings, revision } = recordOf(row);
  if (settings === undefined) return [];
  const sealed = sealedSecretOf(row);
  const secret = (): string | undefined => sealed && vault.open(sealed, secretOfUserDirectory(name));
  return [[name, { settings, secret, revision }]];
}
