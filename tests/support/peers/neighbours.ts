import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, RawSap1 } from './raw-sap1.js';
import { RawUser } from './raw-user.js';

/** How two peers share one process: one works as usual, the other does nothing, and then all that it can. */
export interface NeighbourhoodOptions {
  readonly quiet: RawSap1;
  readonly noisy: RawSap1;
  /** That there is, for each of the two peers, each with this password. */
  readonly users: {
    readonly quiet: readonly string[];
    readonly noisy: readonly string[];
    readonly password: string;
  };
  readonly phaseMs: number;
  /** Of the noisy peer, each sending the next login when the last one is answered. */
  readonly lines: number;
  /** Pause of the quiet peer between two rounds of one login and ten keep-alives. */
  readonly quietPauseMs: number;
}

export interface Phase {
  readonly loginMs: readonly number[];
  readonly keepAliveMs: readonly number[];
  /** What the quiet peer was not served. */
  readonly refused: number;
}

export interface Neighbourhood {
  readonly alone: Phase;
  readonly beside: Phase;
  /** Answers to the noisy peer, by HTTP status or code. */
  readonly noisy: ReadonlyMap<string, number>;
}

export async function liveBeside(options: NeighbourhoodOptions): Promise<Neighbourhood> {
  const alone = await workAsUsual(options, after(options.phaseMs));
  const noisy = new Map<string, number>();
  const stop = new AbortController();
  const storm = Promise.all(
    Array.from({ length: options.lines }, (_, line) => storming(options, line, stop.signal, noisy)),
  );
  try {
    return { alone, beside: await workAsUsual(options, after(options.phaseMs)), noisy };
  } finally {
    stop.abort();
    await storm;
  }
}

/** One login and ten keep-alives, again and again, while `isOver` does not say otherwise. */
export async function workAsUsual(
  { quiet, users, quietPauseMs }: Pick<NeighbourhoodOptions, 'quiet' | 'users' | 'quietPauseMs'>,
  isOver: () => boolean,
): Promise<Phase> {
  const phase = { loginMs: [] as number[], keepAliveMs: [] as number[], refused: 0 };
  const timed = async (times: number[], ask: () => Promise<Answer>): Promise<Answer> => {
    const beganMs = performance.now();
    const answer = await ask();
    times.push(performance.now() - beganMs);
    if (answer.code !== 200) phase.refused++;
    return answer;
  };
  for (let round = 0; !isOver(); round++) {
    const user = new RawUser(quiet, users.quiet[round % users.quiet.length] ?? '', users.password);
    const login = await timed(phase.loginMs, () => user.logIn());
    const id = login.attribute('userSessionID') ?? 'none';
    for (let i = 0; i < KEEP_ALIVES; i++) await timed(phase.keepAliveMs, () => user.keepAlive(id));
    await pause(quietPauseMs);
  }
  return phase;
}

/** Whether so much time has passed since now. */
export function after(ms: number): () => boolean {
  const endMs = performance.now() + ms;
  return () => performance.now() >= endMs;
}

const KEEP_ALIVES = 10;
/** A client that gets a fast refusal and returns at once only measures its own loop. */
const TURNED_AWAY_PAUSE_MS = 50;

async function storming(
  { noisy, users }: NeighbourhoodOptions,
  line: number,
  stop: AbortSignal,
  answers: Map<string, number>,
): Promise<void> {
  const count = (what: string): void => void answers.set(what, (answers.get(what) ?? 0) + 1);
  for (let i = line; !stop.aborted; i++) {
    const user = new RawUser(noisy, users.noisy[i % users.noisy.length] ?? '', users.password);
    const request = user.on(`line-${line}`).passwordRequest();
    const answer = await noisy.post(noisy.message([[noisy.nextTransactionID(), request]]));
    if (answer.status === 200) count(`code ${noisy.read(answer)[0]?.code}`);
    else {
      count(`HTTP ${answer.status}`);
      await pause(TURNED_AWAY_PAUSE_MS);
    }
  }
}
