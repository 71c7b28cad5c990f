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

const PAUSE_DELIVERIES = operation({
  method: 'POST',
  path: '/agreements/:serviceID/pause',
  name: 'pauseDeliveries',
  noun: 'agreements',
  summary: 'Holds what the peer is to be told.',
  description: 'Nothing is dropped. A message that is under way is finished; doing it again changes nothing.',
  scope: 'agreements',
  params: { serviceID: PEER_NAME },
  answer: { status: 200, says: 'How it stands with telling the peer.', schema: PEER_LINE },
  refusals: [404],
});

@AdminController()
export class PauseDeliveriesController {
  constructor(@Inject(PEER_LINES) private readonly lines: PeerLines) {}

  @Serves(PAUSE_DELIVERIES)
  async pause(
    @Input() { params }: InputOf<typeof PAUSE_DELIVERIES>,
    @By() actor: Actor,
  ): Promise<z.output<typeof PEER_LINE>> {
    const peer = peerOf(params.serviceID);
    if ((await this.lines.pause(actor, peer)) === 'unknown')
      throw new Problem(404, 'There is no such agreement.');
    return peerLineDto(await this.lines.stateOf(peer));
  }
}
