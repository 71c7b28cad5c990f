import type { Agreement, Agreements } from '@sap2/peer-link';
import type {
  Directory,
  Domain,
  Entitlement,
  FunctionName,
  ServedDomain,
  ServiceID,
  SpInfo,
} from '@sap2/session-core';
import type { Sql } from './database.js';
import type { AgreementRow } from './rows/agreement.row.js';
import type { DomainRow } from './rows/domain.row.js';
import { secretOfAgreement, type SecretVault } from './secret-vault.js';
import type { WakeUps } from './wake-ups.js';

/** A wake-up can be lost; nothing stays unseen for longer than this. */
const REFRESH_EVERY_MS = 10_000;

interface Content {
  readonly domains: ReadonlyMap<Domain, ServedDomain>;
  readonly entitlements: ReadonlyMap<ServiceID, Entitlement>;
  readonly agreements: ReadonlyMap<string, Agreement>;
}

const NOTHING: Content = { domains: new Map(), entitlements: new Map(), agreements: new Map() };

/**
 * Domains and agreements, whole and in memory: they are asked for on every message and change once in a while. What is
 * shown is always one state of the database, replaced at once; if it can not be read again, the last one stays in force.
 */
export class DirectorySnapshot implements Directory, Agreements {
  private content = NOTHING;
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | undefined;
  private stopWatching: () => void = () => undefined;

  constructor(
    private readonly sql: Sql,
    private readonly vault: SecretVault,
    private readonly wakeUps: WakeUps,
    private readonly onRefreshFailed: (error: Error) => void,
  ) {}

  domain(name: Domain): ServedDomain | undefined {
    return this.content.domains.get(name);
  }

  entitlement(peer: ServiceID): Entitlement | undefined {
    return this.content.entitlements.get(peer);
  }

  ofPeer(serviceID: string): Agreement | undefined {
    return this.content.agreements.get(serviceID);
  }

  /** Throws if nothing can be read: without a directory nobody can be answered. */
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
      // Whoever asked hears of a failure; whoever comes next only waits for it to be over.
      this.last = load.catch(() => undefined);
      return load;
    });
    return this.next;
  }

  private async load(): Promise<void> {
    const [row] = await this.sql.rows<{ domains: DomainRow[]; agreements: EnabledAgreement[] }>(DIRECTORY);
    if (row === undefined) throw new Error('PostgreSQL returned no directory');
    this.content = {
      domains: new Map(row.domains.map((domain) => [domain.name as Domain, servedDomain(domain)])),
      entitlements: new Map(row.agreements.map((one) => [one.service_id as ServiceID, entitlement(one)])),
      agreements: new Map(row.agreements.map((one) => [one.service_id, this.agreement(one)])),
    };
  }

  private agreement(row: EnabledAgreement): Agreement {
    const owner = secretOfAgreement(row.service_id);
    return {
      peer: row.service_id,
      ownServiceID: row.own_service_id,
      sharedSecrets: row.shared_secrets.map((sealed) => this.vault.open(sealed, owner)),
      callbackUrl: row.callback_url ?? undefined,
      answerMode: row.answer_mode,
      digestSchemas: row.digest_schemas,
      namespace: row.namespace,
      requiredTransport: row.required_transport,
      clientCertificates: row.client_certificates,
      sourceAddresses: row.source_addresses,
      limits: {
        requestsPerSecond: row.requests_per_second ?? undefined,
        loginsPerSecond: row.logins_per_second ?? undefined,
        inFlight: row.in_flight ?? undefined,
        sspSessions: row.ssp_sessions ?? undefined,
        unfinishedSetups: row.unfinished_setups ?? undefined,
      },
    };
  }
}

type EnabledAgreement = AgreementRow & { readonly domains: readonly Domain[] };

/** One statement, so that both parts are of one moment. */
const DIRECTORY = `
  SELECT
    (SELECT coalesce(json_agg(d), '[]') FROM domain d) AS domains,
    (SELECT coalesce(json_agg(a), '[]') FROM (
      SELECT agreement.*, ARRAY(
        SELECT m.domain FROM agreement_domain m WHERE m.service_id = agreement.service_id
      ) AS domains
      FROM agreement WHERE enabled
    ) a) AS agreements`;

function servedDomain(row: DomainRow): ServedDomain {
  return { name: row.name as Domain, spInfo: spInfo(row), services: functionNames(row.services) };
}

function spInfo(row: DomainRow): SpInfo | undefined {
  if (row.sp_name === null) return undefined;
  return {
    name: row.sp_name,
    description: row.sp_description ?? undefined,
    url: row.sp_url ?? undefined,
    logo:
      row.sp_logo === null
        ? undefined
        : { contentType: row.sp_logo_content_type ?? undefined, content: row.sp_logo },
  };
}

function entitlement(row: EnabledAgreement): Entitlement {
  return {
    peer: row.service_id as ServiceID,
    domains: new Set(row.domains),
    allowPasswordOverHttp: row.allow_password_over_http,
    services: functionNames(row.services),
  };
}

const functionNames = (names: readonly string[] | null): ReadonlySet<FunctionName> | undefined =>
  names === null ? undefined : new Set(names as FunctionName[]);
