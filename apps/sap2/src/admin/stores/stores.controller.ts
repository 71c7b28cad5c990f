import { Inject } from '@nestjs/common';
import { Stores, type StoresVerdict } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { Serves } from '../http/serves.js';
import { MAX_EXAMPLES, STORES } from './stores.operations.js';

@AdminController()
export class StoresController {
  constructor(@Inject(Stores) private readonly stores: Stores) {}

  @Serves(STORES.verifyStores)
  async verify(@Asked() { actor, body }: Call<typeof STORES.verifyStores>) {
    return verdictDto(await this.stores.verify(actor, body.mode));
  }
}

function verdictDto({ differences, repair }: StoresVerdict) {
  const { compared, missing, leftOver } = differences;
  const some = (ids: readonly string[], problem: 'missing' | 'left-over') =>
    ids.slice(0, MAX_EXAMPLES).map((sessionID) => ({ sessionID, problem }));
  const leftOverIDs = leftOver.map(({ id }) => id);
  return {
    sound: repair !== undefined || missing.length + leftOver.length === 0,
    compared,
    missing: missing.length,
    leftOver: leftOver.length,
    examples: [...some(missing, 'missing'), ...some(leftOverIDs, 'left-over')],
    repaired: repair ?? null,
  };
}
