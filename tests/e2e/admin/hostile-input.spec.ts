import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generate } from 'json-schema-faker';
import { z } from 'zod';
import { readInput } from '../../../apps/sap2/src/admin/http/input.js';
import type { OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../../../apps/sap2/src/admin/operations.js';
import { Problem } from '../../../apps/sap2/src/admin/problem.filter.js';
import { HALF_RIGHT, HOSTILE, placesIn, replacedAt } from '../../support/service/hostile-input.js';

/** Printed, so that a failure can be run again. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
/** Long lists have the same in each place, and each check reads all of them. */
const LONGEST_LIST = 3;

type Given = Parameters<typeof readInput>[1];

const schemaOf = (shape: OperationSpec['params']): object =>
  z.toJSONSchema(z.strictObject(shape ?? {}), { io: 'input', unrepresentable: 'any' });

/** What the schemas ask for, everything optional included. */
async function rightInput({ params, query, body }: OperationSpec): Promise<Given> {
  const right = (schema: object): Promise<unknown> =>
    generate(schema as never, { seed: SEED, optionalsProbability: 1, maxItems: LONGEST_LIST });
  return {
    params: await right(schemaOf(params)),
    query: await right(schemaOf(query)),
    body: body && (await right(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }))),
  };
}

/** What is thrown for it that is not a refusal. */
function defectOf(spec: OperationSpec, input: Given): unknown {
  try {
    readInput(spec, input);
    return undefined;
  } catch (error) {
    return error instanceof Problem && error.getStatus() < 500 ? undefined : error;
  }
}

const hostile = [...HALF_RIGHT, ...fc.sample(HOSTILE, { seed: SEED, numRuns: 10 })];

describe(`the input of every operation (seed ${SEED})`, () => {
  it.each(ADMIN_OPERATIONS.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))(
    '%s: is taken or refused, whatever stands in whichever place, and no check of it throws',
    async (_name, spec) => {
      const right = await rightInput(spec);
      expect([right, defectOf(spec, right)]).toEqual([right, undefined]);
      const [, ...places] = placesIn(right);
      const inputs = places.flatMap((place) => hostile.map((one) => replacedAt(place, right, one)));
      const defects = inputs.filter((input) => defectOf(spec, input as Given) !== undefined);
      expect(defects.map((input) => [input, defectOf(spec, input as Given)])).toEqual([]);
    },
  );
});
