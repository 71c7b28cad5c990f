import { readFile, stat } from 'node:fs/promises';
import { entryRules, type Seed, seedFile } from '@sap2/administration';
import { err, ok, type Result } from '@sap2/kernel';
import type { z } from 'zod';
import type { Environment } from './config-rules.js';
import { jsonFault } from './json-fault.js';
import { withSecretsOf } from './seed-secrets.js';

/** Bounds the time and memory of a start; some 100 000 users. */
const MAX_FILE_BYTES = 16_777_216;

/** Entries that are valid by themselves go through further checks. So one run reports all faults. */
export interface SeedFile {
  readonly seed: Seed;
  /** Each names its entry: `agreements[1].callbackUrl: is missing …`. */
  readonly faults: readonly string[];
}

const NOTHING: Seed = { domains: [], agreements: [], users: [], administrators: [] };

const entryOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

const faultsOf = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => `${entryOf([...issue.path, key])}: there is no such field`)
    : [`${entryOf(issue.path) || 'the file'}: ${issue.message}`];

/** Two spellings of one name fold to the same text, whatever `wv:` and `@` they carry. */
const fold = (spelling: string): string =>
  spelling
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(wv:)?@?/, '')
    .replace(/\.$/, '');

function repeated<List extends keyof Seed>(
  entries: Seed,
  list: List,
  field: string & keyof NonNullable<Seed[List][number]>,
  keyOf: (text: string) => string = String,
): readonly string[] {
  const first = new Map<string, number>();
  return entries[list].flatMap((entry, index) => {
    if (entry === undefined) return [];
    const key = keyOf(String(entry[field]));
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    return earlier === undefined ? [] : [`${list}[${index}].${field}: is that of ${list}[${earlier}]`];
  });
}

const repetitionsIn = (entries: Seed): readonly string[] => [
  ...repeated(entries, 'domains', 'name', fold),
  ...repeated(entries, 'agreements', 'serviceID', fold),
  ...repeated(entries, 'users', 'userID', fold),
  ...repeated(entries, 'administrators', 'name'),
  ...repeated(entries, 'administrators', 'token'),
];

/** Of a file that has faults: each entry by itself. */
function legibleIn(file: unknown): Seed {
  const given = (typeof file === 'object' && file !== null ? file : {}) as Readonly<Record<string, unknown>>;
  const legible = (list: keyof Seed): unknown => {
    const entries = given[list];
    const { element } = seedFile.shape[list].unwrap();
    return Array.isArray(entries) ? entries.map((entry) => element.safeParse(entry).data) : [];
  };
  const lists = Object.keys(NOTHING) as (keyof Seed)[];
  return Object.fromEntries(lists.map((list) => [list, legible(list)])) as unknown as Seed;
}

function parseSeed(json: string, env: Environment): SeedFile {
  const syntax = jsonFault(json);
  if (syntax !== undefined) return { seed: NOTHING, faults: [syntax] };
  const { file, faults } = withSecretsOf(JSON.parse(json), env);
  const parsed = seedFile.safeParse(file, { error: entryRules.whatIsWrong });
  const entries = parsed.data ?? legibleIn(file);
  // A secret whose variable is wrong is missing as well, and one fault says it.
  const issues = parsed.error?.issues.filter(({ path }) => !faults.has(entryOf(path))) ?? [];
  return {
    seed: entries,
    faults: [
      ...Array.from(faults, ([place, fault]) => `${place}: ${fault}`),
      ...issues.flatMap(faultsOf),
      ...repetitionsIn(entries),
    ],
  };
}

async function textOf(path: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) return err(`the file: must not be larger than ${MAX_FILE_BYTES} bytes`);
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    return err(`the file: cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
}

/**
 * A file that cannot be read is a fault like any other.
 *
 * @param path relative to where the process was started
 * @param env has the secrets of which the file gives only the variable
 */
export async function readSeedFile(path: string, env: Environment): Promise<SeedFile> {
  const read = await textOf(path);
  return read.ok ? parseSeed(read.value, env) : { seed: NOTHING, faults: [read.error] };
}
