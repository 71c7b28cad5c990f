import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres } from '@sap2/test-support';
import { z } from 'zod';
import type { OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../../../apps/sap2/src/admin/operations.js';
import { type AdminAnswer, AdminClient } from '../../support/service/admin-client.js';
import { AdministeredThings } from '../../support/service/administered-things.js';
import { ConformanceWorld, CONFORMANCE_SEED } from '../../support/service/conformance-world.js';
import { OPERATION_ROWS } from '../../support/service/operation-rows.js';
import { startServiceUnderTest } from '../../support/service/service-under-test.js';

/** What a refusal looks like, as docs/openapi.json has it. */
const PROBLEM = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  requestID: z.string().min(1),
  errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string().min(1) })),
});

/** A defect: there is no request that asks for it. */
const NOT_TO_BE_HAD = 500;
const ALWAYS = [400, 401, 403, 429, 503];

const world = new ConformanceWorld();
let things: AdministeredThings;
let root: AdminClient;
/** `operation status`, each that was seen. */
const seen = new Set<string>();

beforeAll(async () => {
  await world.start({ SAP2_ROLES: 'ssp,admin,delivery,sweeper' }, CONFORMANCE_SEED);
  root = new AdminClient(world.service.adminUrl);
  things = new AdministeredThings(world, root);
});
afterAll(() => world.stop());

const documented = (spec: OperationSpec): readonly number[] => [
  spec.answer.status,
  ...ALWAYS,
  ...(spec.refusals ?? []),
];

/** The answer has to be one that the document has, in the form that it says. */
function note(spec: OperationSpec, { status, json, headers }: AdminAnswer): number {
  if (!documented(spec).includes(status))
    throw new Error(
      `${spec.name} answers ${status}, which its document does not have: ${JSON.stringify(json)}`,
    );
  const isProblem = (headers.get('Content-Type') ?? '').startsWith('application/problem+json');
  if (isProblem !== status >= 400 || (isProblem && PROBLEM.parse(json).status !== status))
    throw new Error(
      `${spec.name} answers ${status} in a form that its document does not have: ${JSON.stringify(json)}`,
    );
  seen.add(`${spec.name} ${status}`);
  return status;
}

const OPERATIONS = ADMIN_OPERATIONS.map((spec) => [spec.name, spec] as const);

describe('every operation', () => {
  it.each(OPERATIONS)('%s: is done', async (_, spec) => {
    const call = await things.call(spec);
    expect(note(spec, await things.ask(root, call))).toBe(spec.answer.status);
  });

  it.each(OPERATIONS)('%s: 401 without a token, 403 with one for something else', async (_, spec) => {
    const call = things.callOfUnknown(spec);
    expect(note(spec, await things.ask(root.as('nobody-knows-this'), call))).toBe(401);
    expect(note(spec, await things.ask(await things.clientWithout(spec.scope), call))).toBe(403);
  });

  it.each(OPERATIONS)('%s: 400 for a parameter that there is not', async (_, spec) => {
    const call = things.callOfUnknown(spec);
    const path = `${call.path}${call.path.includes('?') ? '&' : '?'}nonsense=1`;
    expect(note(spec, await things.ask(root, { ...call, path }))).toBe(400);
  });

  it.each(OPERATIONS.filter(([, { path }]) => path.includes(':')))(
    '%s: 404 for what is not there',
    async (_, spec) => {
      expect(note(spec, await things.ask(root, things.callOfUnknown(spec)))).toBe(404);
    },
  );

  it.each(OPERATIONS.filter(([, { changes }]) => changes))(
    '%s: 412 for what was changed meanwhile',
    async (_, spec) => {
      const call = await things.call(spec);
      const headers = { ...call.headers, 'If-Match': '"999999"' };
      expect(note(spec, await things.ask(root, { ...call, headers }))).toBe(412);
    },
  );

  it.each(OPERATIONS.filter(([, { creates }]) => creates))(
    '%s: 422 for a key that was used for another',
    async (_, spec) => {
      const headers = { 'Idempotency-Key': `key-${spec.name}` };
      for (const expected of [spec.answer.status, 422]) {
        const call = things.creation(spec);
        expect(note(spec, await things.ask(root, { ...call, headers }))).toBe(expected);
      }
    },
  );

  it.each(OPERATION_ROWS.map((row) => [`${row.operation}: ${row.status} ${row.when}`, row] as const))(
    '%s',
    async (_, row) => {
      const spec = ADMIN_OPERATIONS.find(({ name }) => name === row.operation);
      if (spec === undefined) throw new Error(`operation-rows.ts: there is no operation ${row.operation}`);
      expect(note(spec, await things.ask(root, await row.call(things, spec)))).toBe(row.status);
    },
  );

  it('429 for who asks too often', async () => {
    const busy = await startServiceUnderTest({ SAP2_ADMIN_REQUESTS_PER_SECOND: '1' });
    const hasty = new AdminClient(busy.adminUrl);
    for (const [, spec] of OPERATIONS) {
      const call = things.callOfUnknown(spec);
      const { headers } = await untilRefused(hasty, call, 429);
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      seen.add(`${spec.name} 429`);
    }
    await busy.stop();
  });

  it('503 while the database is away', async () => {
    const postgres = await startTestPostgres();
    const lonely = await startServiceUnderTest({ DATABASE_URL: postgres.url });
    const asking = new AdminClient(lonely.adminUrl);
    await postgres.halt();
    for (const [, spec] of OPERATIONS) {
      expect(note(spec, await things.ask(asking, things.callOfUnknown(spec)))).toBe(503);
    }
    await postgres.start();
    await lonely.stop();
    await postgres.stop();
  });

  it('each of its answers was seen; if not: add a row to operation-rows.ts, or take the status out of its document', () => {
    const wanted = ADMIN_OPERATIONS.flatMap((spec) =>
      documented(spec)
        .filter((status) => status !== NOT_TO_BE_HAD)
        .map((status) => `${spec.name} ${status}`),
    );
    expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
  });
});

/** The second of the limit may end between two requests. */
async function untilRefused(
  client: AdminClient,
  call: Parameters<AdministeredThings['ask']>[1],
  status: number,
): Promise<AdminAnswer> {
  for (;;) {
    const answer = await things.ask(client, call);
    if (answer.status === status) return answer;
  }
}
