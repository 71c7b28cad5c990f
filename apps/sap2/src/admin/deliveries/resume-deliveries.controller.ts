import { Inject } from '@nestjs/common';
import { type Actor, PEER_LINES, type PeerLines } from '@sap2/administration';
import type { z } from 'zod';
import { By } from '../http/caller.js';
import { AdminController } from '../admin-controller.js';
import { Input } from '../http/input.js';
import { PEER_NAME, peerOf } from '../http/names.js';
import { type InputOf, operation, Serves } from '../http/operation.js';
import { Problem } from '../problem.filter.js';
import { PEER_LINE, peerLineDto } from './delivery.dto.js';

const RESUME_DELIVERIES = operation({
  method: 'POST',
  path: '/agreements/:serviceID/resume',
  name: 'resumeDeliveries',
  noun: 'agreements',
  summary: 'Tells the peer all that was held, oldest first.',
  description: 'The horizon of what was held begins anew.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'How it stands with telling the peer.', schema: PEER_LINE },
  refusals: [404],
});

@AdminController()
export class ResumeDeliveriesController {
  constructor(@Inject(PEER_LINES) private readonly lines: PeerLines) {}

  @Serves(RESUME_DELIVERIES)
  async resume(
    @Input() { params }: InputOf<typeof RESUME_DELIVERIES>,
    @By() actor: Actor,
  ): Promise<z.output<typeof PEER_LINE>> {
    const peer = peerOf(params.serviceID);
    if ((await this.lines.resume(actor, peer)) === 'unknown')
      throw new Problem(404, 'There is no such agreement.');
    return peerLineDto(await this.lines.stateOf(peer));
  }
}
