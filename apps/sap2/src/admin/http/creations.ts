import { type Actor, CreationRepeatedError, type Creations } from '@sap2/administration';
import { Problem } from '../problem.filter.js';

/** The same `Idempotency-Key` and content again: nothing is created, and what was created is shown again. */
export class IdempotentCreations {
  constructor(private readonly creations: Creations) {}

  /**
   * @param again shows what is at the location that the creation was remembered with
   * @throws Problem 422 for a key that was used for something else
   */
  async once<T>(actor: Actor, create: () => Promise<T>, again: (location: string) => Promise<T>): Promise<T> {
    const earlier = await this.earlier(actor);
    if (earlier !== undefined) return again(earlier);
    try {
      return await create();
    } catch (error) {
      const refused = error instanceof Problem && error.getStatus() === 409;
      if (!refused && !(error instanceof CreationRepeatedError)) throw error;
      // Of two parallel requests, the first has committed by now, and its object made the second one fail.
      const first = await this.earlier(actor);
      if (first === undefined) throw error;
      return again(first);
    }
  }

  private async earlier(actor: Actor): Promise<string | undefined> {
    if (actor.creation === undefined) return undefined;
    const found = await this.creations.find(actor.name, actor.creation.key);
    if (found !== undefined && found.contentHash !== actor.creation.contentHash) {
      throw new Problem(422, 'This Idempotency-Key was used for another request; take a new one.');
    }
    return found?.location;
  }
}
