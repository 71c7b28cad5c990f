import { Inject } from '@nestjs/common';
import { type Actor, type StoresVerdict, VERIFY_MODES, VerifyStores } from '@sap2/administration';
import { z } from 'zod';
import { AdminController } from '../admin-controller.js';
import { By } from '../http/caller.js';
import { Input } from '../http/input.js';
import { type InputOf, operation, Serves } from '../http/operation.js';

const MAX_EXAMPLES = 100;

const ANSWER = z.object({
  sound: z.boolean().describe('The stores agree, or do now.'),
  compared: z.int().describe('Live sessions of PostgreSQL.'),
  missing: z.int().describe('Live in PostgreSQL, and not in Redis, or without a deadline there.'),
  leftOver: z.int().describe('In Redis, and not live in PostgreSQL.'),
  examples: z
    .array(z.object({ sessionID: z.string(), problem: z.enum(['missing', 'left-over']) }))
    .describe(`At most ${MAX_EXAMPLES} of each.`),
  repaired: z
    .object({
      putBack: z.int().describe('Usable again, a full keep-alive time ahead of them.'),
      ended: z.int().describe('Ended in PostgreSQL; their owners are told (601).'),
      removed: z.int().describe('Removed from Redis.'),
    })
    .nullable(),
});

const VERIFY_STORES = operation({
  method: 'POST',
  path: '/stores/verify',
  name: 'verifyStores',
  noun: 'stores',
  summary: 'Compares all that PostgreSQL and Redis hold, and repairs it if asked to.',
  description:
    'What is under way is no difference. The services repair what a crash leaves behind by themselves; this is for whoever ' +
    'wants to know, or has restored something.',
  scope: 'admin',
  body: z.strictObject({
    mode: z
      .enum(VERIFY_MODES)
      .default('compare')
      .describe(
        '`compare` changes nothing. `repair`: PostgreSQL is right; what is missing in Redis is put back, what is left over is ' +
          'removed. `restored`: PostgreSQL was put back to an older point, and nobody serves peers; what is not in both is ended.',
      ),
  }),
  answer: { status: 200, says: 'What was found, and done.', schema: ANSWER },
});

@AdminController()
export class VerifyStoresController {
  constructor(@Inject(VerifyStores) private readonly verifyStores: VerifyStores) {}

  @Serves(VERIFY_STORES)
  async verify(
    @Input() { body }: InputOf<typeof VERIFY_STORES>,
    @By() actor: Actor,
  ): Promise<z.output<typeof ANSWER>> {
    return answerOf(await this.verifyStores.execute(actor, body.mode));
  }
}

function answerOf({ differences, repair }: StoresVerdict): z.output<typeof ANSWER> {
  const { compared, missing, leftOver } = differences;
  const some = (ids: readonly string[], problem: 'missing' | 'left-over') =>
    ids.slice(0, MAX_EXAMPLES).map((sessionID) => ({ sessionID, problem }));
  return {
    sound: repair !== undefined || missing.length + leftOver.length === 0,
    compared,
    missing: missing.length,
    leftOver: leftOver.length,
    examples: [
      ...some(missing, 'missing'),
      ...some(
        leftOver.map(({ id }) => id),
        'left-over',
      ),
    ],
    repaired: repair ?? null,
  };
}
