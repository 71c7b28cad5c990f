import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedUser } from '../sap1/simulated-user.js';
import type { SteadyUsers } from '../sap1/steady-users.js';
import { Dice } from './dice.js';

/** Two handsets of each lively user act at once: their logins meet (V6). */
const HANDSETS = 2;
/** Longest pause between two acts of a handset; bounds the load on a small machine. */
const THINK_MS = 240;

/** All actors, until they are stopped. */
export class Traffic {
  private readonly stopped = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    private readonly lively: readonly SimulatedUser[],
    private readonly steady: readonly SteadyUsers[],
    private readonly seed: number,
  ) {}

  async start(): Promise<void> {
    for (const users of this.steady) await users.logIn();
    const { signal } = this.stopped;
    this.running = [
      ...this.steady.map((users) => users.stay(signal)),
      ...this.lively.flatMap((user, i) =>
        Array.from({ length: HANDSETS }, (_, j) =>
          this.act(user, new Dice(this.seed + i * HANDSETS + j), signal),
        ),
      ),
    ];
  }

  /** Resolves when everybody has heard the answer to what they asked last. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.running);
  }

  private async act(user: SimulatedUser, dice: Dice, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await user.step(dice);
      await pause(dice.below(THINK_MS));
    }
  }
}
