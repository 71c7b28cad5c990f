import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { LiveStoreUnavailableError, parseUserSessionID, type UserSessionID } from '@sap2/session-core';

/** One state change: a file under `scripts/`, and the only reader of its reply. */
export interface Script<Reply> {
  readonly source: string;
  /** What EVALSHA calls it by. */
  readonly sha1: string;
  readonly parse: (reply: unknown) => Reply;
}

const read = (file: string): string => readFileSync(new URL(`./scripts/${file}`, import.meta.url), 'utf8');

const scriptOf = <Reply>(source: string, parse: (reply: unknown) => Reply): Script<Reply> => ({
  source,
  sha1: createHash('sha1').update(source).digest('hex'),
  parse,
});

export function script<Reply>(file: string, parse: (reply: unknown) => Reply): Script<Reply> {
  return scriptOf(read(file), parse);
}

/** A script on the unfinished set-ups, which know each other (setups.lua). */
export const setupScript = <Reply>(file: string, parse: (reply: unknown) => Reply): Script<Reply> =>
  scriptOf(`${read('setups.lua')}\n${read(file)}`, parse);

/** `LOST` of shard-clock.lua: the store does not hold what the shard held, and must not answer as if it knew. */
const LOST = -1;

/** A script on a shard of live sessions: it knows service time, and answers nothing about a lost shard. */
export function sessionScript<Reply>(file: string, parse: (reply: unknown) => Reply): Script<Reply> {
  return scriptOf(`${read('shard-clock.lua')}\n${read(file)}`, (reply) => {
    if (reply === LOST)
      throw new LiveStoreUnavailableError('the live store lost a shard and is in rebuild; try again');
    return parse(reply);
  });
}

/** A reply that its script does not give: a defect, never an answer. */
function unexpected(reply: unknown): never {
  throw new Error(`a script of the live store replied with an unexpected ${typeof reply}`);
}

export function asInteger(reply: unknown): number {
  return typeof reply === 'number' ? reply : unexpected(reply);
}

export function asText(reply: unknown): string {
  return typeof reply === 'string' ? reply : unexpected(reply);
}

export function asList(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? (reply as readonly unknown[]) : unexpected(reply);
}

export function asTexts(reply: unknown): readonly string[] {
  return asList(reply).map(asText);
}

export function asID(text: string): UserSessionID {
  return parseUserSessionID(text) ?? unexpected(text);
}
