import type { World, WorldOptions } from './world/world.js';

/** How much of it: in CI a run has to be short. */
export type Scale = 'ci' | 'full';

/** One way in which the world fails, and what has to be so while it does. */
export interface Fault {
  readonly id: string;
  readonly what: string;
  /** Part of the short run. */
  readonly inCi: boolean;
  readonly world?: Partial<Omit<WorldOptions, 'name' | 'seed'>>;
  /** Before any process runs. */
  readonly prepare?: (world: World, scale: Scale) => Promise<void>;
  /** Runs under load. `world.expect` gets the checks besides V1–V8. */
  readonly inject: (world: World, scale: Scale) => Promise<void>;
}
