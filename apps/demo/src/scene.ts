import { setTimeout as sleep } from 'node:timers/promises';
import type { Handset, Heard } from '../../handset/src/index.js';
import type { Administrator } from './administrator.js';
import type { Secrets } from './cast.js';
import { expectThat } from './demo-failure.js';
import type { RestClient } from './rest-client.js';
import type { Said } from './said.js';
import type { Screen } from './screen.js';

/** Who is there, and what has been said so far. */
export interface Scene {
  readonly screen: Screen;
  /** Starts SAP 1 and opens its listeners. */
  readonly startSap1: () => Promise<void>;
  readonly stopSap1: () => Promise<void>;
  /** All that SAP 1 has logged so far. */
  readonly sap1Log: () => string;
  /** At the provider. */
  readonly administrator: Administrator;
  /** At SAP 1. */
  readonly operator: RestClient;
  readonly alicesPhone: Handset;
  readonly bobsPhone: Handset;
  readonly carolsPhone: Handset;
  readonly secrets: Secrets;
  /** Every message, oldest first. */
  readonly said: readonly Said[];
}

/** One step of the play. */
export interface Step {
  readonly title: string;
  /** For a reader who does not know IMPS. */
  readonly explanation: string;
  /** What the audience has seen when it is over. */
  readonly shows: string;
  /** @throws DemoFailure when it is not as `shows` says */
  play(scene: Scene): Promise<void>;
}

const LOOK_EVERY_MS = 50;
/** Messages are on their way at once; this is for slow machines. */
const SAID_WITHIN_MS = 20_000;

/** What is said while `act` runs. */
export async function during({ said }: Scene, act: () => Promise<unknown>): Promise<readonly Said[]> {
  const before = said.length;
  await act();
  return said.slice(before);
}

/** Waits for such a message after the first `from` ones. @throws DemoFailure */
export async function untilSaid({ said }: Scene, who: string, what: string, from: number): Promise<void> {
  const heard = (): boolean => said.slice(from).some((one) => isOf(one, who, what));
  for (const untilMs = Date.now() + SAID_WITHIN_MS; !heard(); await sleep(LOOK_EVERY_MS)) {
    expectThat(
      Date.now() < untilMs,
      `${who} ${what} should have been sent within ${SAID_WITHIN_MS / 1000} s.`,
    );
  }
}

export const isOf = (one: Said, who: string, what: string): boolean =>
  one.who === who && one.sayings.some((saying) => saying.what === what);

/** Exactly these messages, in this order. @throws DemoFailure */
export function expectLegs(said: readonly Said[], wanted: readonly string[]): void {
  const legs = said.map(({ who, sayings }) => `${who} ${sayings.map(({ what }) => what).join(' ')}`);
  const isSame = legs.length === wanted.length && legs.every((leg, index) => leg === wanted[index]);
  expectThat(
    isSame,
    `These messages should have been sent: ${wanted.join('; ')}. Sent were: ${legs.join('; ')}.`,
  );
}

/** @throws DemoFailure */
export function expectResult(heard: Heard, wanted: number, to: string): void {
  const code = heard !== undefined && 'result' in heard ? heard.result.code : undefined;
  expectThat(code === wanted, `The answer to ${to} should be ${wanted}, and is ${code ?? 'without a code'}.`);
}

/** @throws DemoFailure */
export function sessionOf({ sessionID }: Handset): string {
  expectThat(sessionID !== undefined, 'The phone should be logged in now.');
  return sessionID;
}
