import 'reflect-metadata';
import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import type { AdminScope } from '@sap2/administration';
import type { z } from 'zod';

type Shape = Readonly<Record<string, z.ZodType>>;

/** The command of `sap2` that an operation is. */
export interface CommandForm {
  /** Left out: a command about everything. */
  readonly noun?: string;
  readonly verb: string;
  /** Fields of the body that are given by their place; parameters of the path always are, and come first. */
  readonly places?: readonly string[];
  /** A secret that is asked for if it is not given, though the operation can do without. */
  readonly asks?: string;
  /** A field of the body whose own fields are options of the command. */
  readonly spread?: string;
  /** With this option the command is another operation, which is sent the lines of the file that it names. */
  readonly lines?: { readonly option: string; readonly says: string; readonly operation: string };
}

/**
 * The one declaration of an operation of the administrators' API. Routing, validation, authorisation, the OpenAPI document
 * and the command line follow from it.
 */
export interface OperationSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/admin/v1`, parameters as `:name`. */
  readonly path: `/${string}`;
  /** Unique: `listSessions`. */
  readonly name: string;
  /** The noun it belongs to: `sessions`. */
  readonly noun: string;
  /** Left out: an option of another command makes it this operation (`lines`). */
  readonly command?: CommandForm;
  readonly summary: string;
  readonly description?: string;
  readonly scope: AdminScope;
  readonly params?: Shape;
  readonly query?: Shape;
  /** Strict: a field that is not in it is refused. Left out: no body, or one that the controller streams. */
  readonly body?: z.ZodType;
  /** Media type of a streamed body. */
  readonly streams?: string;
  readonly answer: {
    readonly status: 200 | 201 | 202 | 204;
    readonly says: string;
    readonly schema?: z.ZodType;
    /** Default `application/json`. */
    readonly mediaType?: string;
  };
  /** Where the work goes on after the answer, as a job that the answer names. */
  readonly accepted?: { readonly says: string; readonly schema: z.ZodType };
  /** HTTP statuses of its own refusals; 400, 401, 403 and 429 go without saying. */
  readonly refusals?: readonly (404 | 409 | 412 | 413 | 415 | 422 | 502)[];
  /** Takes an `Idempotency-Key`. */
  readonly creates?: boolean;
  /** Takes an `If-Match`. */
  readonly changes?: boolean;
}

type Values<S> = S extends Shape ? { readonly [Name in keyof S]: z.output<S[Name]> } : object;

type Unnamed = Omit<OperationSpec, 'name' | 'noun'> & Partial<Pick<OperationSpec, 'noun'>>;

/** The operations of one noun by name, in the order of the OpenAPI document; keeps the types that `InputOf` needs. */
export const operations = <const Table extends Readonly<Record<string, Unnamed>>>(
  noun: string,
  table: Table,
): { readonly [Name in keyof Table & string]: Table[Name] & Pick<OperationSpec, 'name' | 'noun'> } =>
  Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, { name, noun, ...spec }])) as never;

/** What a controller is given: everything validated. */
export interface InputOf<Spec extends OperationSpec> {
  readonly params: Values<Spec['params']>;
  readonly query: Values<Spec['query']>;
  readonly body: Spec['body'] extends z.ZodType ? z.output<Spec['body']> : undefined;
}

export const ADMIN_PATH = '/admin/v1';

const OPERATION = Symbol('Operation');

/** On a method of a controller: it serves this operation. */
export const Serves = (spec: OperationSpec): MethodDecorator =>
  applyDecorators(
    RequestMapping({ path: spec.path, method: RequestMethod[spec.method] }),
    HttpCode(spec.answer.status),
    SetMetadata(OPERATION, spec),
  );

type Method = (...parameters: never[]) => unknown;

export function specOf(handler: Method): OperationSpec {
  const spec = Reflect.getMetadata(OPERATION, handler) as OperationSpec | undefined;
  if (spec === undefined) throw new Error(`${handler.name} is not decorated with @Serves`);
  return spec;
}
