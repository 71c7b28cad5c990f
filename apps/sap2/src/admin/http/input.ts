import type { FastifyRequest } from 'fastify';
import { entryRules } from '@sap2/administration';
import { z } from 'zod';
import { type FieldProblem, Problem } from '../problem.filter.js';
import type { InputOf, OperationSpec } from './operation.js';

/** Lists all faults of the input at once. @throws Problem 400 */
export function readInput<Spec extends OperationSpec>(
  spec: Spec,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): InputOf<Spec> {
  const problems: FieldProblem[] = [];
  const read = (schema: z.ZodType, value: unknown, pointerOf: (path: readonly PropertyKey[]) => string) => {
    const parsed = schema.safeParse(value, { error: inPlainWords });
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.flatMap((issue) => fieldProblems(issue, pointerOf)));
    return undefined;
  };
  const params = read(z.strictObject(spec.params ?? {}), { ...(request.params as object) }, named(':'));
  const query = read(z.strictObject(spec.query ?? {}), { ...(request.query as object) }, named('?'));
  const body = spec.body && read(spec.body, request.body ?? undefined, jsonPointer);
  if (problems.length > 0) throw new Problem(400, 'The request is not valid; `errors` says where.', problems);
  return { params, query, body } as unknown as InputOf<Spec>;
}

const named =
  (mark: ':' | '?') =>
  ([name = '']: readonly PropertyKey[]): string =>
    `${mark}${String(name)}`;

/** RFC 6901 */
const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function fieldProblems(
  issue: z.core.$ZodIssue,
  pointerOf: (path: readonly PropertyKey[]) => string,
): readonly FieldProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      detail: 'There is no such field.',
    }));
  }
  return [{ pointer: pointerOf(issue.path), detail: sentence(issue.message) }];
}

/** A message of a rule completes "It …"; one that is a whole sentence stays as it is. */
const sentence = (message: string): string => (/^[a-z]/.test(message) ? `It ${message}.` : message);

/** What comes twice in a query is a list. */
const inPlainWords = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === 'invalid_type' && Array.isArray(issue.input) && issue.expected !== 'object'
    ? 'must be given once'
    : entryRules.whatIsWrong(issue);
