import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../../..');
export const textOfProject = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

type Environment = Readonly<Record<string, string>>;

/** A service of docker-compose.yml, as far as the tests read it. */
export interface ComposeService {
  readonly command?: readonly string[];
  readonly environment: Environment;
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly profiles?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<'sap1' | 'sap2' | 'postgres' | 'redis', ComposeService>>;
}

/** What stands in docker-compose.yml, without any variable filled in. */
export const COMPOSE_TEXT = textOfProject('docker-compose.yml');

/** docker-compose.yml as Docker reads it with these variables. @throws Error where it demands one that is not set */
export const readCompose = (variables: Environment): ComposeFile =>
  parse(filledIn(COMPOSE_TEXT, variables)) as ComposeFile;

/** `${NAME}`, `${NAME:-otherwise}` and `${NAME:?what to do}`. */
function filledIn(text: string, variables: Environment): string {
  return text.replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/gu,
    (_, name: string, kind: string | undefined, rest = '') => {
      const value = variables[name] ?? '';
      if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`);
      return value === '' && kind === '-' ? rest : value;
    },
  );
}

/** What the image brings along, of the last stage of the Dockerfile. */
export function readImage(): { readonly command: readonly string[]; readonly environment: Environment } {
  const [, stage = ''] = textOfProject('Dockerfile').split(/^FROM .* AS build$/mu);
  const [, command = '[]'] = /^CMD (\[.*\])$/mu.exec(stage) ?? [];
  const [, variables = ''] = /^ENV ((?:.*\\\n)*.*)$/mu.exec(stage) ?? [];
  const pairs = Array.from(variables.matchAll(/(\w+)=(\S+)/gu), ([, name = '', value = '']) => [name, value]);
  return {
    command: JSON.parse(command) as readonly string[],
    environment: Object.fromEntries(pairs) as Environment,
  };
}
