import type { AdminScope } from '@sap2/administration';
import type { z } from 'zod';

export const ADMIN_PATH = '/admin/v1';

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
interface Declaration {
  /** Where the route begins; `/admin/v1` if it is left out. */
  readonly base?: string;
  /** Below the base, parameters as `:name`; `GET /` is the base itself. */
  readonly route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
  /** `user list`. Left out: an option of another command makes it this operation (`lines`). */
  readonly command?: string | (Omit<CommandForm, 'noun' | 'verb'> & { readonly name: string });
  /** The noun it belongs to, if not that of its table. */
  readonly noun?: string;
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
  /** Refusals of its own. 404 goes with `params`, 412 with `changes`, 422 with `creates`; and some are everybody's. */
  readonly refusals?: readonly Refusal[];
  /** Takes an `Idempotency-Key`. */
  readonly creates?: boolean;
  /** Takes an `If-Match`. */
  readonly changes?: boolean;
}

type Refusal = 404 | 409 | 410 | 412 | 413 | 415 | 422 | 502;

/** A declaration with all that follows from it. */
export interface OperationSpec extends Omit<Declaration, 'route' | 'command' | 'base'> {
  readonly method: string;
  readonly base: string;
  readonly path: string;
  /** Unique: `listSessions`. */
  readonly name: string;
  readonly noun: string;
  readonly command?: CommandForm;
  readonly refusals: readonly Refusal[];
}

type Values<S> = S extends Shape ? { readonly [Name in keyof S]: z.output<S[Name]> } : object;

type Specified<Table> = {
  readonly [Name in keyof Table & string]: OperationSpec &
    Omit<Table[Name], 'route' | 'command' | 'noun' | 'refusals' | 'base'>;
};

/** The operations of one noun by name, in the order of the OpenAPI document; keeps the types that `InputOf` needs. */
export const operations = <const Table extends Readonly<Record<string, Declaration>>>(
  noun: string,
  table: Table,
): Specified<Table> =>
  Object.fromEntries(
    Object.entries(table).map(([name, declaration]) => [
      name,
      specOfDeclared({ noun, ...declaration }, name),
    ]),
  ) as unknown as Specified<Table>;

function specOfDeclared(
  { route, command, base = ADMIN_PATH, ...rest }: Declaration & { readonly noun: string },
  name: string,
): OperationSpec {
  const [method = '', path = ''] = route.split(' ');
  const { params, changes, creates, refusals = [] } = rest;
  const usual: readonly Refusal[] = [
    ...(params ? [404 as const] : []),
    ...(changes ? [412 as const] : []),
    ...(creates ? [422 as const] : []),
  ];
  return {
    ...rest,
    name,
    method,
    base,
    path: path === '/' ? '' : path,
    refusals: [...usual, ...refusals],
    ...(command !== undefined && { command: formOf(command) }),
  };
}

function formOf(command: NonNullable<Declaration['command']>): CommandForm {
  const { name, ...form } = typeof command === 'string' ? { name: command } : command;
  const [verb = '', noun] = name.split(' ').toReversed();
  return { ...form, verb, ...(noun !== undefined && { noun }) };
}

/** What a controller is given: everything validated. */
export interface InputOf<Spec extends OperationSpec> {
  readonly params: Values<Spec['params']>;
  readonly query: Values<Spec['query']>;
  readonly body: Spec['body'] extends z.ZodType ? z.output<Spec['body']> : undefined;
}
