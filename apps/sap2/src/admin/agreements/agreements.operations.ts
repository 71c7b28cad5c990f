import { agreementChanges, agreementFields, sharedSecret } from '@sap2/administration';
import { z } from 'zod';
import { PEER_LINE } from '../deliveries/deliveries.operations.js';
import { PAGE_QUERY, pageOf, yesOrNo } from '../http/fields.js';
import { DOMAIN_NAME, PEER_NAME } from '../http/names.js';
import { operations } from '../http/operation.js';
import { JOB } from '../jobs/jobs.operations.js';
import { AGREEMENT, WARNINGS } from './agreement.dto.js';

/** A week: who has not changed a secret by then will not. */
const LONGEST_OVERLAP_S = 604_800;
const USUAL_OVERLAP_S = 86_400;

const ONE = { scope: 'agreements', params: { serviceID: PEER_NAME } } as const;

/** Where many sessions end with the change. */
const BY_A_JOB = {
  says: 'It is in force at once. A job ends the sessions, because there are many.',
  schema: AGREEMENT.extend({ job: JOB }).meta({ id: 'AgreementWithJob' }),
};
const AS_IT_IS_NOW = { status: 200, says: 'The agreement as it is now.', schema: AGREEMENT } as const;

export const AGREEMENTS = operations('agreements', {
  createAgreement: {
    command: { name: 'agreement create', places: ['serviceID'] },
    route: 'POST /agreements',
    scope: 'agreements',
    summary: 'Creates an agreement with the SAP of an operator.',
    body: z
      .strictObject({ serviceID: PEER_NAME, sharedSecret, ...agreementFields })
      .meta({ id: 'NewAgreement' }),
    answer: { status: 201, says: 'The agreement.', schema: AGREEMENT },
    refusals: [404, 409],
    creates: true,
  },
  listAgreements: {
    command: 'agreement list',
    route: 'GET /agreements',
    summary: 'The agreements with operators, in the order of their names.',
    scope: 'read',
    query: {
      ...PAGE_QUERY,
      enabled: yesOrNo.optional().describe('true: only suspended users. false: only the others.'),
      domain: DOMAIN_NAME.optional().describe('Only agreements with this domain.'),
    },
    answer: { status: 200, says: 'A page of agreements.', schema: pageOf(AGREEMENT) },
  },
  getAgreement: {
    command: 'agreement show',
    ...ONE,
    route: 'GET /agreements/:serviceID',
    summary: 'One agreement.',
    scope: 'read',
    answer: { status: 200, says: 'The agreement.', schema: AGREEMENT },
  },
  changeAgreement: {
    command: 'agreement change',
    ...ONE,
    route: 'PATCH /agreements/:serviceID',
    summary: 'Changes an agreement.',
    description:
      'Fields that are left out stay; null removes a value. User sessions that it no longer allows end with 601. If it is disabled, its SSP sessions end too.',
    body: z.strictObject(agreementChanges).meta({ id: 'AgreementChange' }),
    answer: AS_IT_IS_NOW,
    accepted: BY_A_JOB,
    refusals: [409],
    changes: true,
  },
  enableAgreement: {
    command: 'agreement enable',
    ...ONE,
    route: 'POST /agreements/:serviceID/enable',
    summary: 'Enables the agreement again.',
    description: 'If it is enabled already, nothing changes.',
    answer: AS_IT_IS_NOW,
    refusals: [409],
    changes: true,
  },
  disableAgreement: {
    command: 'agreement disable',
    ...ONE,
    route: 'POST /agreements/:serviceID/disable',
    summary: 'Disables the agreement.',
    description:
      'Its SSP sessions end at once, its user sessions with 601. It still gets the disconnects for them.',
    answer: AS_IT_IS_NOW,
    accepted: BY_A_JOB,
    changes: true,
  },
  replaceAgreementSecret: {
    command: 'agreement secret',
    ...ONE,
    route: 'POST /agreements/:serviceID/secret',
    summary: 'Replaces the shared secret of one direction.',
    description:
      'The previous secret stays valid during the overlap, so both sides may change it at any time in it. ' +
      '`inbound` proves the peer to us, `outbound` us to the peer.',
    body: z.strictObject({
      secret: sharedSecret,
      direction: z.enum(['inbound', 'outbound']),
      overlapS: z
        .int()
        .min(0)
        .max(LONGEST_OVERLAP_S)
        .default(USUAL_OVERLAP_S)
        .describe('Seconds; 0: no overlap.'),
    }),
    answer: { status: 200, says: 'The agreement, without its secrets.', schema: AGREEMENT },
  },
  probeAgreement: {
    command: 'agreement probe',
    ...ONE,
    route: 'POST /agreements/:serviceID/probe',
    summary: 'Sets up an SSP session with the peer, and reports the result of each step.',
    description:
      'It tries what a push would do: the URL, TLS, the secrets, the answers. It ends the SSP session at once if the peer agrees. In callback mode, or with a peer without logout, the session stays in use. It works for a disabled agreement too, and answers within 15 seconds.',
    answer: {
      status: 200,
      says: 'The result, successful or not.',
      schema: z.object({
        outcome: z.string().describe('`opened`, or the reason of the failure.'),
        detail: z.string().nullable().describe('Explanation for the administrator.'),
        steps: z.array(
          z.object({
            step: z.string().describe('`message 1`, `message 2 of the peer` (callback mode), …, `logout`.'),
            durationMs: z.number(),
            trouble: z.string().nullable(),
          }),
        ),
      }),
    },
    refusals: [409],
  },
  getAgreementState: {
    command: 'agreement state',
    ...ONE,
    route: 'GET /agreements/:serviceID/state',
    summary: 'The state of a peer: its SSP sessions and its pending disconnects.',
    scope: 'read',
    answer: {
      status: 200,
      says: 'The current state.',
      schema: z.object({
        enabled: z.boolean(),
        warnings: WARNINGS,
        sspSessions: z.array(z.object({ idleS: z.int().describe('Seconds since its last message.') })),
        deliveries: PEER_LINE,
      }),
    },
  },
  deleteAgreement: {
    command: 'agreement delete',
    ...ONE,
    route: 'DELETE /agreements/:serviceID',
    summary: 'Ends an agreement for good.',
    description:
      'Its SSP sessions end at once, and its user sessions with 601. The peer still gets the disconnects for them. ' +
      'What they need is kept until they are acknowledged or given up.',
    answer: { status: 204, says: 'It is deleted.' },
    accepted: { ...BY_A_JOB, schema: z.object({ job: JOB }) },
    changes: true,
  },
});
