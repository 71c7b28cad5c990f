import { type OperationSpec } from '../apps/sap2/src/admin/http/operation.js';

type Json = Readonly<Record<string, unknown>>;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, { readonly examples?: readonly unknown[] }>>;
  readonly required?: readonly string[];
}

interface Described {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly description: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** A Postman collection (2.1): a folder for each noun, with the variables `url` and `token`. */
export function postmanCollection(operations: readonly OperationSpec[], document: unknown): Json {
  const nouns = [...new Set(operations.map(({ noun }) => noun))];
  return {
    info: { name: 'SAP 2 administration', schema: SCHEMA },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
    variable: [
      { key: 'url', value: 'http://127.0.0.1:7080' },
      { key: 'token', value: '' },
    ],
    item: nouns.map((noun) => ({
      name: noun,
      item: operations
        .filter((spec) => spec.noun === noun)
        .map((spec) => requestOf(spec, document as Document)),
    })),
  };
}

function requestOf(spec: OperationSpec, { paths, components }: Document): Json {
  const path = `${spec.base}${spec.path}`;
  const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[spec.method.toLowerCase()];
  if (described === undefined) throw new Error(`${spec.method} ${path} is not in the document.`);
  const { parameters, requestBody, description } = described;
  const of = (where: string) =>
    parameters
      .filter((one) => one.in === where)
      .map(({ name, description: says = '' }) => ({ key: name, value: '', description: says }));
  const [mediaType, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const raw = media === undefined ? undefined : exampleOf(media.schema, components.schemas);
  return {
    name: spec.summary,
    request: {
      method: spec.method,
      description,
      header: mediaType === undefined ? [] : [{ key: 'Content-Type', value: mediaType }],
      url: {
        raw: `{{url}}${path}`,
        host: ['{{url}}'],
        path: path.split('/').filter((step) => step !== ''),
        // Filters are optional, so they begin switched off.
        query: of('query').map((one) => ({ ...one, disabled: true })),
        variable: of('path'),
      },
      ...(raw !== undefined && { body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } }),
    },
  };
}

/** The required fields with their examples, for a person to complete. */
function exampleOf(schema: Schema, schemas: Readonly<Record<string, Schema>>): string {
  const { properties = {}, required = [] } = schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  const fields = required.map((name) => [name, properties[name]?.examples?.[0] ?? null]);
  return JSON.stringify(Object.fromEntries(fields), undefined, 2);
}
