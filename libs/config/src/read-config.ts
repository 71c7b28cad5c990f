import { err, ok, type Result } from '@sap2/kernel';
import { type ConfigFault, type Environment, RULES, textOf, type Values } from './config-rules.js';
import { nearestName } from './nearest-name.js';
import { type ValueOf, VARIABLES, type VariableName } from './variables.js';

type CamelCase<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Lowercase<Word>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name>;

/** `SAP2_SSP_PORT` is `sspPort`, `DATABASE_URL` is `databaseUrl`. */
type FieldName<Name extends VariableName> = CamelCase<Name extends `SAP2_${infer Rest}` ? Rest : Name>;

/** Every variable as a field, its unit still last in the name. What each means: docs/configuration.md. */
export type Config = { readonly [Name in VariableName as FieldName<Name>]: ValueOf<Name> };

/** Longest value that a fault repeats. */
const MAX_SHOWN_CHARACTERS = 60;
const NAMES = Object.keys(VARIABLES) as readonly VariableName[];

const shown = (text: string): string =>
  JSON.stringify(text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text);

function readOne(env: Environment, variable: VariableName, values: Values): ConfigFault | undefined {
  const { schema, expected, fallback, isSecret } = VARIABLES[variable];
  const text = textOf(env, variable);
  const parsed = schema.safeParse(text ?? fallback);
  if (parsed.success) {
    Object.assign(values, { [variable]: parsed.data });
    return undefined;
  }
  const problem = isSecret ? (parsed.error.issues[0]?.message ?? 'is wrong') : `is ${shown(text ?? '')}`;
  return { variable, problem, expected };
}

/** A misspelt variable would silently leave its default in force. */
function unknownFaults(env: Environment): readonly ConfigFault[] {
  return Object.keys(env)
    .filter((name) => /^sap2_/i.test(name) && !(name in VARIABLES))
    .map((variable) => ({
      variable,
      problem: 'is no variable of SAP 2',
      expected: nearestName(variable, NAMES) ?? 'a name from docs/configuration.md',
    }));
}

const brokenRules = (values: Values, env: Environment): readonly ConfigFault[] =>
  RULES.filter((rule) => rule.isBroken(values, env)).map(({ variable, problem, expected }) => ({
    variable,
    problem,
    expected,
  }));

/** Must say the same as the type `FieldName`. */
const fieldName = (name: string): string =>
  name
    .replace(/^SAP2_/, '')
    .toLowerCase()
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Everything at once: the whole configuration, or every fault in it. Variables that do not concern SAP 2 are not looked at. */
export function readConfig(env: Environment): Result<Config, readonly ConfigFault[]> {
  const values: Values = {};
  const faults = NAMES.map((name) => readOne(env, name, values)).filter((fault) => fault !== undefined);
  const all = [...faults, ...brokenRules(values, env), ...unknownFaults(env)];
  if (all.length > 0) return err(all);
  return ok(Object.fromEntries(NAMES.map((name) => [fieldName(name), values[name]])) as unknown as Config);
}

export const describeFault = ({ variable, problem, expected }: ConfigFault): string =>
  `${variable} ${problem}; expected ${expected}`;
