import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { generate } from 'json-schema-faker';
import type { z } from 'zod';
import { inlined } from '../../../apps/sap2/src/admin/http/inlined.js';
import { openApiDocument } from '../../../apps/sap2/src/admin/http/openapi.js';
import { ADMIN_PATH, type OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import { ADMIN_OPERATIONS } from '../../../apps/sap2/src/admin/operations.js';
import { HOSTILE, placesIn, replacedAt } from '../../support/service/hostile-input.js';
import {
  ADMIN_TOKEN,
  type ServiceUnderTest,
  startServiceUnderTest,
} from '../../support/service/service-under-test.js';

/** Printed, so that a failure can be run again: `FUZZ_SEED=… npm test -- api-fuzz`. */
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
const CALLS_PER_OPERATION = 40;
/** Of ten values this many are hostile in one place, the others are of the schema. */
const HOSTILE_OF_TEN = 4;
/** Of ten values one has lists as long as the schema allows; they take most of the time. */
const USUAL_LIST = 4;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: object;
}
interface PathItem {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

const DOCUMENT = openApiDocument(ADMIN_OPERATIONS) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PathItem>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const itemOf = ({ path, method }: OperationSpec): PathItem => {
  const item = DOCUMENT.paths[`${ADMIN_PATH}${path.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()];
  if (item === undefined) throw new Error(`${method} ${path} is not in the document`);
  return item;
};

interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** One call after another, all of one seed. */
class Caller {
  private readonly hostile: readonly unknown[] = fc.sample(HOSTILE, { seed: SEED, numRuns: 4_000 });
  private step = 0;

  async next(spec: OperationSpec): Promise<Call> {
    const { parameters, requestBody } = itemOf(spec);
    let path = `${ADMIN_PATH}${spec.path}`;
    const query = new URLSearchParams();
    const headers: Record<string, string> = {};
    for (const { name, in: where, schema } of parameters) {
      const text = asText(await this.value(schema));
      if (where === 'path') path = path.replace(`:${name}`, inPath(text));
      else if (this.dice(3)) continue;
      else if (where === 'query') query.append(name, text);
      else headers[name] = inHeader(text);
    }
    const url = `${path}?${query.toString()}`;
    const [mediaType, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    if (mediaType === undefined || media === undefined) return { url, headers, body: undefined };
    const body = asText(await this.value(media.schema));
    return { url, headers: { ...headers, 'Content-Type': mediaType }, body };
  }

  private async value(schema: object): Promise<unknown> {
    const hostile = this.hostile[this.step++ % this.hostile.length];
    const right = await generate(inlined(schema, DOCUMENT.components.schemas) as never, {
      seed: SEED + this.step,
      optionalsProbability: this.dice(2) ? 1 : 0.5,
      ...(this.step % 10 === 0 ? {} : { maxItems: USUAL_LIST }),
    });
    if (this.step % 10 >= HOSTILE_OF_TEN) return right;
    const places = placesIn(right);
    return replacedAt(places[this.step % places.length] ?? [], right, hostile);
  }

  private dice(sides: number): boolean {
    return fc.sample(fc.nat(sides - 1), { seed: SEED + this.step++, numRuns: 1 })[0] === 0;
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** A client takes `.` and `..` for steps in the path, so they are no names. */
const inPath = (text: string): string =>
  encodeURIComponent(Buffer.from(/^\.{0,2}$/u.test(text) ? '-' : text).toString('utf8'));
const inHeader = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').trim();

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
});
afterAll(() => service.stop());

describe(`the whole API under hostile and under valid input (seed ${SEED})`, () => {
  it('is described by a valid document of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(DOCUMENT);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('has a name of its own for every operation, and a scope', () => {
    const names = ADMIN_OPERATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  const caller = new Caller();
  const statusesOfAll = new Set<number>();
  it.each(ADMIN_OPERATIONS.map((spec) => [`${spec.method} ${spec.path}`, spec] as const))(
    '%s: answers what the document says, and never 5xx',
    async (_name, spec) => {
      const declared = new Set(Object.keys(itemOf(spec).responses).map(Number));
      for (let call = 0; call < CALLS_PER_OPERATION; call++) {
        const { url, headers, body } = await caller.next(spec);
        const answer = await fetch(`${service.adminUrl}${url}`, {
          method: spec.method,
          headers: { Authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
          ...(body === undefined || spec.method === 'GET' ? {} : { body }),
        });
        const text = await answer.text();
        const said = `${spec.method} ${url} ${body ?? ''} → ${answer.status} ${text.slice(0, 500)}`;
        statusesOfAll.add(answer.status);
        expectAnswer(
          { status: answer.status, type: answer.headers.get('Content-Type') ?? '', text },
          spec,
          said,
        );
        // A path that the router does not know, such as one with a slash in a name, gets 404 everywhere.
        expect([said, declared.has(answer.status) || answer.status === 404]).toEqual([said, true]);
      }
    },
  );

  it('was neither all refused at once nor all taken', () => {
    expect([...statusesOfAll]).toEqual(expect.arrayContaining([200, 400, 404]));
  });
});

function expectAnswer(
  { status, type, text }: { readonly status: number; readonly type: string; readonly text: string },
  { answer }: OperationSpec,
  said: string,
): void {
  expect([said, status < 500]).toEqual([said, true]);
  const form = status >= 400 ? 'application/problem+json' : (answer.mediaType ?? 'application/json');
  expect([said, status === 204 || type.startsWith(form)]).toEqual([said, true]);
  const checked = status < 400 && answer.mediaType === undefined ? answer.schema : undefined;
  expect([said, faultsOf(checked, text)]).toEqual([said, []]);
}

const faultsOf = (schema: z.ZodType | undefined, text: string): readonly unknown[] =>
  schema === undefined ? [] : (schema.safeParse(JSON.parse(text)).error?.issues ?? []);
