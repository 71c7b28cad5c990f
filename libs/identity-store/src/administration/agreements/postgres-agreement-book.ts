import {
  type Actor,
  type AgreementAction,
  type AgreementBook,
  type AgreementRecord,
  type AgreementRefusal,
  type AgreementSettings,
  type BeingEnded,
  type ChangeAgreementOutcome,
  type CreateAgreementOutcome,
  type DeleteAgreementOutcome,
  type Json,
  type SecretDirection,
  SECRET_DIRECTIONS,
} from '@sap2/administration';
import { type Domain, domainOfService, Ending, type ServiceID } from '@sap2/session-core';
import { lockAgreement } from '../../agreement-locks.js';
import { replaceSecret } from '../../agreement-secrets.js';
import type { Sql, Transactions } from '../../database.js';
import { writeEvents } from '../../events/write-events.js';
import { INSERT, recordOf, UPDATE, writtenOf } from '../../rows/agreement.row.js';
import { secretOfAgreement, type SecretVault } from '../../secret-vault.js';
import { administer, asExpected } from '../administer.js';
import { rememberCreation } from '../creations.js';
import { eventOf } from './agreement-event.js';
import { endingAny, endOutside, endUnderWay } from './agreement-end.js';
import { DELETE, PURGE, RUN_OUT, SERVED, SET_DOMAINS, TOUCH, whole } from './agreement-statements.js';

/** Sorts before every service id. */
const BEFORE_ALL = '';

/** Makes the jobs that no administrator asked for. */
const SERVICE = 'sap2';

type WholeRow = Parameters<typeof recordOf>[0];

const targetOf = (serviceID: ServiceID): string => `agreement ${serviceID}`;

export class PostgresAgreementBook implements AgreementBook {
  /** @param endedAtOnce sessions that one transaction ends; more of them end by a job */
  constructor(
    private readonly database: Transactions,
    private readonly vault: SecretVault,
    private readonly endedAtOnce: number,
  ) {}

  readonly create: AgreementBook['create'] = (actor, serviceID, settings, secret) =>
    administer<CreateAgreementOutcome>(this.database, actor, async ({ sql, audit }) => {
      await lockAgreement(sql, serviceID);
      const refusal = await refusalOf(sql, serviceID, settings, undefined);
      if (refusal !== undefined) return refusal;
      if ((await find(sql, serviceID)) !== undefined) return { kind: 'exists' };
      // Removes the rest of a deleted one. The new agreement delivers its disconnects.
      await sql.rows('DELETE FROM agreement WHERE service_id = $1', [serviceID]);
      await sql.rows(INSERT, [serviceID, ...writtenOf(settings)]);
      await sql.rows(SET_DOMAINS, [serviceID, settings.domains]);
      for (const direction of SECRET_DIRECTIONS) await this.putSecret(sql, serviceID, direction, secret, 0);
      await rememberCreation(sql, actor, serviceID);
      const agreement = await existing(sql, serviceID);
      await writeEvents(sql, [eventOf('agreement.created', agreement)]);
      audit({ action: 'agreement.create', target: targetOf(serviceID), after: told(agreement) });
      return { kind: 'created', agreement };
    });

  readonly find: AgreementBook['find'] = (serviceID) => find(this.database, serviceID);

  readonly page: AgreementBook['page'] = async ({ enabled, domain }, after, limit) => {
    const rows = await this.database.rows<WholeRow>(
      `${whole(`a.service_id > $1 AND ($3::boolean IS NULL OR a.enabled = $3) AND ($4::text IS NULL OR EXISTS (
        SELECT FROM agreement_domain m WHERE m.service_id = a.service_id AND m.domain = $4))`)}
      ORDER BY a.service_id LIMIT $2`,
      [after ?? BEFORE_ALL, limit, enabled, domain],
    );
    return rows.map(recordOf);
  };

  change<Refusal extends { readonly kind: string }>(
    actor: Actor,
    action: AgreementAction,
    serviceID: ServiceID,
    decide: (before: AgreementRecord) => AgreementSettings | Refusal,
    expectedRevision: number | undefined,
  ): Promise<Ending<ChangeAgreementOutcome<Refusal>>> {
    type Outcome = ChangeAgreementOutcome<Refusal>;
    return administer<Ending<Outcome>>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, serviceID, expectedRevision);
      if ('kind' in before) return Ending.nothing<Outcome>(before);
      const settings = decide(before);
      if ('kind' in settings) return Ending.nothing<Outcome>(settings);
      const refusal = await refusalOf(sql, serviceID, settings, before);
      if (refusal !== undefined) return Ending.nothing<Outcome>(refusal);
      const domains = inForce(settings);
      const isChanged = await put(sql, serviceID, settings);
      const type = before.enabled && !settings.enabled ? 'agreement.ended' : 'agreement.changed';
      if (isChanged) await writeEvents(sql, [eventOf(type, { serviceID, ...settings })]);
      // Logins go on, unless the change takes from them what they need.
      const isNarrower = isChanged && before.domains.some((domain) => !domains.includes(domain));
      const end = isNarrower
        ? await endOutside(sql, { ...this.orderOf(serviceID, actor.name), keeps: domains })
        : await endUnderWay(sql, serviceID, this.endedAtOnce);
      const agreement = await existing(sql, serviceID);
      if (isChanged)
        audit({ action, target: targetOf(serviceID), before: told(before), after: told(agreement) });
      return end.map((how): Outcome => ({ kind: 'changed', agreement, ...how }));
    });
  }

  readonly remove: AgreementBook['remove'] = (actor, serviceID, expectedRevision) => {
    type Outcome = DeleteAgreementOutcome;
    return administer<Ending<Outcome>>(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, serviceID, expectedRevision);
      if ('kind' in before) return Ending.nothing<Outcome>(before);
      await sql.rows(DELETE, [serviceID]);
      await writeEvents(sql, [eventOf('agreement.ended', { ...before, enabled: false })]);
      // Nothing is allowed any more, and the domains are free to be deleted.
      await sql.rows(SET_DOMAINS, [serviceID, []]);
      const end = await endOutside(sql, this.orderOf(serviceID, actor.name));
      audit({ action: 'agreement.delete', target: targetOf(serviceID), before: told(before) });
      return end.map((how): Outcome => ({ kind: 'deleted', ...how }));
    });
  };

  readonly knowsSecret: AgreementBook['knowsSecret'] = async (serviceID, direction, secret) => {
    const rows = await this.database.rows<{ secret: string }>(
      `SELECT secret FROM agreement_secret WHERE service_id = $1 AND direction = $2
         AND (valid_until IS NULL OR valid_until > now())`,
      [serviceID, direction],
    );
    const owner = secretOfAgreement(serviceID);
    return rows.some((row) => this.vault.open(row.secret, owner) === secret);
  };

  readonly replaceSecret: AgreementBook['replaceSecret'] = (
    actor,
    serviceID,
    direction,
    secret,
    overlapS,
  ) => {
    return administer(this.database, actor, async ({ sql, audit }) => {
      const before = await locked(sql, serviceID, undefined);
      if ('kind' in before) return undefined;
      await this.putSecret(sql, serviceID, direction, secret, overlapS);
      await sql.rows(TOUCH, [serviceID]);
      await writeEvents(sql, [eventOf('agreement.changed', before)]);
      audit({ action: 'agreement.rotate', target: targetOf(serviceID), after: { direction, overlapS } });
      return existing(sql, serviceID);
    });
  };

  readonly recordProbe: AgreementBook['recordProbe'] = (actor, serviceID, outcome) =>
    administer(this.database, actor, async ({ audit }) =>
      audit({ action: 'agreement.probe', target: targetOf(serviceID), after: { outcome } }),
    );

  readonly purgeDeleted: AgreementBook['purgeDeleted'] = async () => (await this.database.rows(PURGE)).length;

  readonly runOut: AgreementBook['runOut'] = async () => {
    const over = await this.database.rows<{ service_id: ServiceID }>(RUN_OUT);
    return over.map(({ service_id: serviceID }) => serviceID);
  };

  readonly endRunOut: AgreementBook['endRunOut'] = (serviceID) =>
    this.database.transaction((sql) => endOutside(sql, this.orderOf(serviceID, SERVICE)));

  private orderOf(peer: ServiceID, by: string) {
    return { peer, by, keeps: [], atOnce: this.endedAtOnce };
  }

  private putSecret(
    sql: Sql,
    serviceID: ServiceID,
    direction: SecretDirection,
    secret: string,
    overlapS: number,
  ): Promise<void> {
    const sealed = this.vault.seal(secret, secretOfAgreement(serviceID));
    return replaceSecret(sql, { serviceID, direction, sealed, overlapS });
  }
}

async function find(sql: Sql, serviceID: ServiceID): Promise<AgreementRecord | undefined> {
  const [row] = await sql.rows<WholeRow>(whole('a.service_id = $1'), [serviceID]);
  return row && recordOf(row);
}

async function existing(sql: Sql, serviceID: ServiceID): Promise<AgreementRecord> {
  const record = await find(sql, serviceID);
  if (record === undefined) throw new Error('an agreement vanished while it was locked');
  return record;
}

/** For the audit. */
function told(record: AgreementRecord): Json {
  const { secrets: _secrets, createdAtMs: _created, updatedAtMs: _updated, ...settings } = record;
  const { serviceID: _name, revision: _revision, limits, ...rest } = settings;
  return { ...rest, limits: { ...limits } };
}

/** Other transactions cannot change it. */
async function locked(
  sql: Sql,
  serviceID: ServiceID,
  expectedRevision: number | undefined,
): Promise<AgreementRecord | { readonly kind: 'unknown' | 'stale' }> {
  await sql.rows('SELECT FROM agreement WHERE service_id = $1 FOR NO KEY UPDATE', [serviceID]);
  return asExpected(await find(sql, serviceID), expectedRevision);
}

/** An unchanged name of ours passes, so that an agreement older than this rule can still be changed. */
async function unserved(
  sql: Sql,
  { domains, ownServiceID }: AgreementSettings,
  before: AgreementRecord | undefined,
): Promise<AgreementRefusal | undefined> {
  const own = before?.ownServiceID === ownServiceID ? undefined : domainOfService(ownServiceID);
  const wanted = own === undefined || domains.includes(own) ? domains : [...domains, own];
  const served = await sql.rows<{ name: Domain }>(SERVED, [wanted]);
  const unknown = wanted.filter((domain) => !served.some(({ name }) => name === domain));
  if (unknown.length === 0) return undefined;
  return {
    kind: 'domain-not-served',
    domains: unknown.filter((domain) => domains.includes(domain)),
    ownDomain: unknown.find((domain) => !domains.includes(domain)),
  };
}

const inForce = ({ enabled, domains }: AgreementSettings): readonly Domain[] => (enabled ? domains : []);

/** False: it is so already. */
async function put(sql: Sql, serviceID: ServiceID, settings: AgreementSettings): Promise<boolean> {
  const isNew = (await sql.rows(UPDATE, [serviceID, ...writtenOf(settings)])).length > 0;
  const hasOthers = (await sql.rows(SET_DOMAINS, [serviceID, settings.domains])).length > 0;
  if (!isNew && hasOthers) await sql.rows(TOUCH, [serviceID]);
  return isNew || hasOthers;
}

async function refusalOf(
  sql: Sql,
  serviceID: ServiceID,
  settings: AgreementSettings,
  before: AgreementRecord | undefined,
): Promise<AgreementRefusal | BeingEnded | undefined> {
  const refusal = await unserved(sql, settings, before);
  if (refusal !== undefined) return refusal;
  const job = await endingAny(sql, serviceID, inForce(settings));
  return job && { kind: 'being-ended', job };
}
