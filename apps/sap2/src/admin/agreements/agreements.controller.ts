import { Inject } from '@nestjs/common';
import {
  type AgreementEntry,
  type AgreementRecord,
  type AgreementRefusal,
  Agreements,
  type BeingEnded,
  warningsOf,
  type WrongEntry,
} from '@sap2/administration';
import type { ServiceID } from '@sap2/session-core';
import { AdminController } from '../admin-controller.js';
import { peerLineDto } from '../deliveries/deliveries.operations.js';
import { Asked, type Call } from '../http/call.js';
import { domainOf, peerOf } from '../http/names.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { jobDto } from '../jobs/jobs.operations.js';
import { type FieldProblem, Problem } from '../problem.filter.js';
import { agreementDto } from './agreement.dto.js';
import { AGREEMENTS } from './agreements.operations.js';

@AdminController()
export class AgreementsController {
  constructor(@Inject(Agreements) private readonly agreements: Agreements) {}

  @Serves(AGREEMENTS.createAgreement)
  async create(@Asked() call: Call<typeof AGREEMENTS.createAgreement>) {
    const { serviceID, sharedSecret, ...entry } = call.body;
    const agreement = await call.once(
      async () => {
        const outcome = await this.agreements.create(call.actor, peerOf(serviceID), entry, sharedSecret);
        return wished(outcome, 'created', REFUSALS).agreement;
      },
      (created) => this.find(created as ServiceID),
    );
    return call.revised(agreement, agreementDto(agreement));
  }

  @Serves(AGREEMENTS.listAgreements)
  list(@Asked() call: Call<typeof AGREEMENTS.listAgreements>) {
    const filter = { enabled: call.query.enabled, domain: domainOf(call.query.domain) };
    return call.page(
      filter,
      (after, limit) => this.agreements.book.page(filter, after?.[0] as ServiceID | undefined, limit),
      ({ serviceID }) => [serviceID],
      agreementDto,
    );
  }

  @Serves(AGREEMENTS.getAgreement)
  async get(@Asked() call: Call<typeof AGREEMENTS.getAgreement>) {
    const agreement = await this.find(peerOf(call.params.serviceID));
    return call.revised(agreement, agreementDto(agreement));
  }

  @Serves(AGREEMENTS.changeAgreement)
  change(@Asked() call: Call<typeof AGREEMENTS.changeAgreement>) {
    return this.changed(call, call.body);
  }

  @Serves(AGREEMENTS.enableAgreement)
  enable(@Asked() call: Call<typeof AGREEMENTS.enableAgreement>) {
    return this.changed(call, { enabled: true });
  }

  @Serves(AGREEMENTS.disableAgreement)
  disable(@Asked() call: Call<typeof AGREEMENTS.disableAgreement>) {
    return this.changed(call, { enabled: false });
  }

  @Serves(AGREEMENTS.replaceAgreementSecret)
  async replaceSecret(@Asked() call: Call<typeof AGREEMENTS.replaceAgreementSecret>) {
    const { direction, secret, overlapS } = call.body;
    const peer = peerOf(call.params.serviceID);
    const replaced = await this.agreements.book.replaceSecret(call.actor, peer, direction, secret, overlapS);
    const agreement = found(replaced, noAgreement);
    return call.revised(agreement, agreementDto(agreement));
  }

  @Serves(AGREEMENTS.probeAgreement)
  async probe(@Asked() { actor, params }: Call<typeof AGREEMENTS.probeAgreement>) {
    const probed = await this.agreements.probe(actor, peerOf(params.serviceID));
    const { outcome, detail, steps } = wished(probed, 'probed', REFUSALS).report;
    return {
      outcome,
      detail: detail ?? null,
      steps: steps.map(({ trouble, ...step }) => ({ ...step, trouble: trouble ?? null })),
    };
  }

  @Serves(AGREEMENTS.getAgreementState)
  async look(@Asked() { params }: Call<typeof AGREEMENTS.getAgreementState>) {
    const state = found(await this.agreements.look(peerOf(params.serviceID)), noAgreement);
    return {
      enabled: state.agreement.enabled,
      warnings: [...warningsOf(state.agreement)],
      sspSessions: state.sspSessionsIdleMs.map((idleMs) => ({ idleS: Math.floor(idleMs / 1000) })),
      deliveries: peerLineDto(state.line),
    };
  }

  @Serves(AGREEMENTS.deleteAgreement)
  async delete(@Asked() call: Call<typeof AGREEMENTS.deleteAgreement>) {
    const peer = peerOf(call.params.serviceID);
    const outcome = await this.agreements.remove(call.actor, peer, call.expectedRevision);
    const { job } = wished(outcome, 'deleted', REFUSALS);
    return job && call.accepted({ job: jobDto(job) });
  }

  private async find(serviceID: ServiceID): Promise<AgreementRecord> {
    return found(await this.agreements.book.find(serviceID), noAgreement);
  }

  private async changed(call: CallOfOne, entry: AgreementEntry): Promise<object> {
    const { actor, params, expectedRevision } = call;
    const aim = { serviceID: peerOf(params.serviceID), entry, expectedRevision };
    const { agreement, job } = wished(await this.agreements.change(actor, aim), 'changed', REFUSALS);
    const dto = call.revised(agreement, agreementDto(agreement));
    return job === undefined ? dto : call.accepted({ ...dto, job: jobDto(job) });
  }
}

type CallOfOne = Pick<
  Call<typeof AGREEMENTS.getAgreement>,
  'actor' | 'params' | 'expectedRevision' | 'revised' | 'accepted'
>;

const noAgreement = (): Problem => new Problem(404, 'There is no such agreement.');

const invalid = (errors: readonly FieldProblem[]): Problem =>
  new Problem(400, 'The agreement is not valid; `errors` says where.', errors);

const REFUSALS = {
  unknown: noAgreement,
  exists: () => new Problem(409, 'There is an agreement with this peer already; change it with PATCH.'),
  'no-callback-url': () => new Problem(409, 'The agreement has no callbackUrl, so there is no URL to call.'),
  /** A job still ends what would be allowed again. */
  'being-ended': ({ job }: BeingEnded) =>
    new Problem(
      409,
      `Job ${job.id} still ends sessions that this would allow again (${job.done} of ${job.total} are ended). Try again when the job is done.`,
    ),
  'wrong-entry': ({ fields }: WrongEntry) =>
    invalid(fields.map(({ field, what }) => ({ pointer: `/${field}`, detail: `It ${what}.` }))),
  'domain-not-served': ({ domains, ownDomain }: AgreementRefusal) => {
    const named = domains.map((domain) => ['/domains', domain] as const);
    const own = ownDomain === undefined ? [] : [['/ownServiceID', ownDomain] as const];
    return invalid(
      [...named, ...own].map(([pointer, domain]) => ({ pointer, detail: `${domain} is not served here.` })),
    );
  },
} as const;
