import { Inject } from '@nestjs/common';
import { type Actor, ProbeAgreement } from '@sap2/administration';
import { assertNever } from '@sap2/kernel';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { unknownAgreement } from './agreement.dto.js';

const PROBE_AGREEMENT = operation({
  method: 'POST',
  path: '/agreements/:serviceID/probe',
  name: 'probeAgreement',
  command: { noun: 'agreement', verb: 'probe' },
  noun: 'agreements',
  summary: 'Sets up an SSP session with the peer, and tells how each step went.',
  description:
    'What is tried is what a push would do: the URL, TLS, the secrets, the answers. The session is ended at once if the peer agrees; in callback mode, or with a peer that knows no logout, it is kept and used as any other. It works for an agreement that is not enabled, too. Answers within 15 seconds.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: {
    status: 200,
    says: 'What came of it; also when nothing did.',
    schema: z.object({
      outcome: z.string().describe('`opened`, or why not.'),
      detail: z.string().nullable().describe('For a person.'),
      steps: z.array(
        z.object({
          step: z.string().describe('`message 1`, `message 2 of the peer` (callback mode), …, `logout`.'),
          durationMs: z.number(),
          trouble: z.string().nullable(),
        }),
      ),
    }),
  },
  refusals: [404, 409],
});

@AdminController()
export class ProbeAgreementController {
  constructor(@Inject(ProbeAgreement) private readonly probe: ProbeAgreement) {}

  @Serves(PROBE_AGREEMENT)
  async serve(@Input() { params }: InputOf<typeof PROBE_AGREEMENT>, @By() actor: Actor): Promise<object> {
    const outcome = await this.probe.execute(actor, peerOf(params.serviceID));
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
}
