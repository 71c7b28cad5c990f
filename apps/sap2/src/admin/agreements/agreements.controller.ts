import { Inject, Req, Res } from '@nestjs/common';
import {
  type Actor,
  type AgreementEntry,
  type AgreementRecord,
  type AgreementRefusal,
  Agreements,
  type BeingEnded,
  warningsOf,
  type WrongEntry,
} from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import type { ServiceID } from '@sap2/session-core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AdminController } from '../admin-controller.js';
import { peerLineDto } from '../deliveries/delivery.dto.js';
import { By } from '../http/caller.js';
import { IdempotentCreations } from '../http/creations.js';
import { Cursors } from '../http/cursors.js';
import { Input } from '../http/input.js';
import { domainOf, peerOf } from '../http/names.js';
import { type InputOf, Serves } from '../http/operation.js';
import { changedMeanwhile, expectedRevision, tell } from '../http/revisions.js';
import { jobDto } from '../jobs/job.dto.js';
import { type FieldProblem, Problem } from '../problem.filter.js';
import { agreementDto } from './agreement.dto.js';
import {
  CHANGE_AGREEMENT,
  CREATE_AGREEMENT,
  DELETE_AGREEMENT,
  DISABLE_AGREEMENT,
  ENABLE_AGREEMENT,
  GET_AGREEMENT,
  GET_AGREEMENT_STATE,
  LIST_AGREEMENTS,
  PROBE_AGREEMENT,
  REPLACE_SECRET,
} from './agreements.operations.js';

@AdminController()
export class AgreementsController {
  constructor(
    @Inject(Agreements) private readonly agreements: Agreements,
    @Inject(Cursors) private readonly cursors: Cursors,
    @Inject(IdempotentCreations) private readonly creations: IdempotentCreations,
  ) {}

  @Serves(CREATE_AGREEMENT)
  async create(
    @Input() { body }: InputOf<typeof CREATE_AGREEMENT>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const agreement = await this.creations.once(
      actor,
      () => this.created(actor, body),
      async (serviceID) => found(await this.agreements.find(serviceID as ServiceID)),
    );
    return revised(reply, agreement);
  }

  @Serves(LIST_AGREEMENTS)
  list(@Input() { query }: InputOf<typeof LIST_AGREEMENTS>): Promise<object> {
    const filter = { enabled: query.enabled, domain: domainOf(query.domain) };
    return this.cursors.page(
      { list: LIST_AGREEMENTS.name, filters: filter },
      query,
      (after, limit) => this.agreements.page(filter, after?.[0] as ServiceID | undefined, limit),
      ({ serviceID }) => [serviceID],
      agreementDto,
    );
  }

  @Serves(GET_AGREEMENT)
  async get(
    @Input() { params }: InputOf<typeof GET_AGREEMENT>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return revised(reply, found(await this.agreements.find(peerOf(params.serviceID))));
  }

  @Serves(CHANGE_AGREEMENT)
  change(
    @Input() { params, body }: InputOf<typeof CHANGE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.changed(actor, params.serviceID, body, { request, reply });
  }

  @Serves(ENABLE_AGREEMENT)
  enable(
    @Input() { params }: InputOf<typeof ENABLE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.changed(actor, params.serviceID, { enabled: true }, { request, reply });
  }

  @Serves(DISABLE_AGREEMENT)
  disable(
    @Input() { params }: InputOf<typeof DISABLE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return this.changed(actor, params.serviceID, { enabled: false }, { request, reply });
  }

  @Serves(REPLACE_SECRET)
  async replaceSecret(
    @Input() { params, body }: InputOf<typeof REPLACE_SECRET>,
    @By() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { direction, secret, overlapS } = body;
    const peer = peerOf(params.serviceID);
    return revised(
      reply,
      found(await this.agreements.replaceSecret(actor, peer, direction, secret, overlapS)),
    );
  }

  @Serves(PROBE_AGREEMENT)
  async probe(@Input() { params }: InputOf<typeof PROBE_AGREEMENT>, @By() actor: Actor): Promise<object> {
    const outcome = await this.agreements.probe(actor, peerOf(params.serviceID));
    switch (outcome.kind) {
      case 'probed': {
        const { outcome: result, detail, steps } = outcome.report;
        return {
          outcome: result,
          detail: detail ?? null,
          steps: steps.map(({ trouble, ...step }) => ({ ...step, trouble: trouble ?? null })),
        };
      }
      case 'unknown':
        throw unknownAgreement();
      case 'no-callback-url':
        throw new Problem(409, 'The agreement has no callbackUrl: there is nobody to call.');
      default:
        return assertNever(outcome);
    }
  }

  @Serves(GET_AGREEMENT_STATE)
  async look(@Input() { params }: InputOf<typeof GET_AGREEMENT_STATE>): Promise<object> {
    const { agreement, sspSessionsIdleMs, line } = found(
      await this.agreements.look(peerOf(params.serviceID)),
    );
    return {
      enabled: agreement.enabled,
      warnings: warningsOf(agreement),
      sspSessions: sspSessionsIdleMs.map((idleMs) => ({ idleS: Math.floor(idleMs / 1000) })),
      deliveries: peerLineDto(line),
    };
  }

  @Serves(DELETE_AGREEMENT)
  async remove(
    @Input() { params }: InputOf<typeof DELETE_AGREEMENT>,
    @By() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const revision = expectedRevision(request);
    const outcome = await this.agreements.remove(actor, peerOf(params.serviceID), revision);
    switch (outcome.kind) {
      case 'deleted':
        if (outcome.job === undefined) return undefined;
        reply.status(202);
        return { job: jobDto(outcome.job) };
      case 'unknown':
        throw unknownAgreement();
      case 'stale':
        throw changedMeanwhile();
      default:
        return assertNever(outcome);
    }
  }

  private async created(
    actor: Actor,
    { serviceID, sharedSecret, ...entry }: InputOf<typeof CREATE_AGREEMENT>['body'],
  ): Promise<AgreementRecord> {
    const outcome = await this.agreements.create(actor, peerOf(serviceID), entry, sharedSecret);
    switch (outcome.kind) {
      case 'created':
        return outcome.agreement;
      case 'exists':
        throw new Problem(409, 'There is an agreement with this peer already; change it with PATCH.');
      case 'being-ended':
        throw stillEnding(outcome);
      case 'wrong-entry':
      case 'domain-not-served':
        throw refusedEntry(outcome);
      default:
        return assertNever(outcome);
    }
  }

  private async changed(
    actor: Actor,
    serviceID: string,
    entry: AgreementEntry,
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  ): Promise<object> {
    const aim = { serviceID: peerOf(serviceID), entry, expectedRevision: expectedRevision(request) };
    const outcome = await this.agreements.change(actor, aim);
    switch (outcome.kind) {
      case 'changed': {
        const dto = revised(reply, outcome.agreement);
        if (outcome.job === undefined) return dto;
        reply.status(202);
        return { ...dto, job: jobDto(outcome.job) };
      }
      case 'unknown':
        throw unknownAgreement();
      case 'stale':
        throw changedMeanwhile();
      case 'being-ended':
        throw stillEnding(outcome);
      case 'wrong-entry':
      case 'domain-not-served':
        throw refusedEntry(outcome);
      default:
        return assertNever(outcome);
    }
  }
}

const unknownAgreement = (): Problem => new Problem(404, 'There is no such agreement.');

function found<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw unknownAgreement();
  return thing;
}

function revised(reply: FastifyReply, agreement: AgreementRecord): object {
  tell(reply, agreement.revision);
  return agreementDto(agreement);
}

/** Nothing that a job still ends is allowed again. */
const stillEnding = ({ job }: BeingEnded): Problem =>
  new Problem(
    409,
    `Job ${job.id} still ends sessions that this would allow again (${job.done} of ${job.total} are ended). Try again when the job is done.`,
  );

function refusedEntry(refusal: WrongEntry | AgreementRefusal): Problem {
  const errors: readonly FieldProblem[] =
    refusal.kind === 'wrong-entry'
      ? refusal.fields.map(({ field, what }) => ({ pointer: `/${field}`, detail: `It ${what}.` }))
      : [
          ...refusal.domains.map((domain) => ['/domains', domain] as const),
          ...(refusal.ownDomain === undefined ? [] : [['/ownServiceID', refusal.ownDomain] as const]),
        ].map(([pointer, domain]) => ({ pointer, detail: `${domain} is not served here.` }));
  return new Problem(400, 'The agreement is not valid; `errors` says where.', errors);
}
