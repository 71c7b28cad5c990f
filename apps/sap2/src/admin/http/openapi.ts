import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { VERSION } from '../../version.js';
import { type Json, JsonSchemas } from './json-schemas.js';
import type { OperationSpec } from './operation.js';

const PROBLEM = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong and what to do.'),
    requestID: z.string().describe('As in the header X-Request-Id and in the log.'),
    errors: z.array(
      z.object({
        pointer: z
          .string()
          .describe('JSON pointer into the body, or `?name` in the query, `:name` in the path.'),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'Problem' });

/** Statuses that any operation may answer with. */
const ALWAYS = [400, 401, 403, 429, 500, 503];

/** The OpenAPI 3.1 document of these operations; zod speaks the JSON schema that 3.1 is made of. */
export function openApiDocument(operations: readonly OperationSpec[]): Json {
  const schemas = new JsonSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const spec of operations) {
    const path = `${spec.base}${spec.path}`.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[spec.method.toLowerCase()] = pathItem(spec, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'SAP 2 administration',
      version: VERSION,
      description:
        'Users, agreements, domains, sessions and deliveries of a SAP 2. Errors are problems (RFC 9457); lists are ' +
        'paged by a cursor; creations take an Idempotency-Key, changes an If-Match.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: schemas.components(),
    },
  };
}

function pathItem(spec: OperationSpec, schemas: JsonSchemas): Json {
  const { answer } = spec;
  const statuses = [...new Set([...ALWAYS, ...(spec.refusals ?? [])])].toSorted((a, b) => a - b);
  return {
    operationId: spec.name,
    tags: [spec.noun],
    summary: spec.summary,
    description: [spec.description, `Scope: \`${spec.scope}\`.`]
      .filter((text) => text !== undefined)
      .join(' '),
    parameters: parametersOf(spec, schemas),
    ...bodyOf(spec, schemas),
    responses: {
      [answer.status]: answerOf(answer, schemas),
      ...(spec.accepted && { 202: answerOf(spec.accepted, schemas) }),
      ...Object.fromEntries(
        statuses.map((status) => [
          status,
          {
            description: STATUS_CODES[status] ?? 'Refused',
            content: { 'application/problem+json': { schema: schemas.of(PROBLEM, 'output') } },
          },
        ]),
      ),
    },
  };
}

function answerOf(
  { says, schema, mediaType }: Omit<OperationSpec['answer'], 'status'>,
  schemas: JsonSchemas,
): Json {
  const content = schema && {
    [mediaType ?? 'application/json']: { schema: schemas.of(schema, 'output') },
  };
  return {
    description: says,
    headers: { 'X-Request-Id': { schema: { type: 'string' } } },
    ...(content && { content }),
  };
}

function parametersOf(
  { params = {}, query = {}, creates, changes }: OperationSpec,
  schemas: JsonSchemas,
): readonly Json[] {
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  return [
    ...Object.entries(params).map(([name, schema]) => parameter('path', name, schema, schemas)),
    ...Object.entries(query).map(([name, schema]) => parameter('query', name, schema, schemas)),
    ...(creates
      ? [
          header(
            'Idempotency-Key',
            'A repetition with the same key and content gets the same answer, and creates nothing.',
          ),
        ]
      : []),
    ...(changes
      ? [
          header(
            'If-Match',
            'ETag that the change is based on. If the object has changed since, the answer is 412.',
          ),
        ]
      : []),
  ];
}

function parameter(where: 'path' | 'query', name: string, schema: z.ZodType, schemas: JsonSchemas): Json {
  const { description, ...json } = schemas.of(schema, 'output');
  return {
    name,
    in: where,
    required: !schema.safeParse(undefined).success,
    ...(description === undefined ? {} : { description }),
    schema: json,
  };
}

function bodyOf({ body, streams }: OperationSpec, schemas: JsonSchemas): Json {
  if (streams !== undefined) {
    return { requestBody: { required: true, content: { [streams]: { schema: { type: 'string' } } } } };
  }
  if (body === undefined) return {};
  const required = !body.safeParse(undefined).success;
  return {
    requestBody: { required, content: { 'application/json': { schema: schemas.of(body, 'input') } } },
  };
}
