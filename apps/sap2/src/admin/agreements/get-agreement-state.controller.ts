import { Inject } from '@nestjs/common';
import { LookAtAgreement } from '@sap2/administration';
import { warningsOf } from '@sap2/config';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { PEER_LINE, peerLineDto } from '../deliveries/delivery.dto.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { unknownAgreement } from './agreement.dto.js';

const GET_AGREEMENT_STATE = operation({
  method: 'GET',
  path: '/agreements/:serviceID/state',
  name: 'getAgreementState',
  command: { noun: 'agreement', verb: 'state' },
  noun: 'agreements',
  summary: 'How it stands with a peer: its SSP sessions, and what it is to be told.',
  scope: 'read',
  params: { serviceID: PEER_NAME },
  answer: {
    status: 200,
    says: 'The state of this moment.',
    schema: z.object({
      enabled: z.boolean(),
      warnings: z.array(z.string()).describe('What somebody should look at; empty: nothing.'),
      sspSessions: z.array(z.object({ idleS: z.int().describe('Seconds since its last message.') })),
      deliveries: PEER_LINE,
    }),
  },
  refusals: [404],
});

@AdminController()
export class GetAgreementStateController {
  constructor(@Inject(LookAtAgreement) private readonly look: LookAtAgreement) {}

  @Serves(GET_AGREEMENT_STATE)
  async get(@Input() { params }: InputOf<typeof GET_AGREEMENT_STATE>): Promise<object> {
    const state = await this.look.execute(peerOf(params.serviceID));
    if (state === undefined) throw unknownAgreement();
    return {
      enabled: state.agreement.enabled,
      warnings: warningsOf(state.agreement),
      sspSessions: state.sspSessionsIdleMs.map((idleMs) => ({ idleS: Math.floor(idleMs / 1000) })),
      deliveries: peerLineDto(state.line),
    };
  }
}
