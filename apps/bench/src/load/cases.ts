import type { LoadPlan, ScenarioName } from '../../../loadgen/src/plan.js';

/** What a part of the work costs alone: HTTP (echoes), the script (`lua`), the statements (`sql`), a password (`hash`). */
export type Baseline = 'fastify-echo' | 'nest-echo' | 'lua' | 'sql' | 'hash';

/** One row of the table: what is asked, and by how many connections. */
export interface LoadCase {
  readonly name: string;
  readonly scenario: ScenarioName;
  readonly connections: number;
  readonly batch?: number;
  /** Open loop: the times count from when an operation was to begin. */
  readonly ratePerS?: number;
  /** What an operation is, in words. */
  readonly unit: string;
  /** What the rate is compared with, in the same run. */
  readonly baselines: readonly Baseline[];
  /** In the short form too, which runs in CI. */
  readonly isShort?: boolean;
}

export const CASES: readonly LoadCase[] = [
  {
    name: 'keep-alive-8',
    scenario: 'keep-alive',
    connections: 8,
    unit: 'keep-alives',
    baselines: ['fastify-echo', 'nest-echo', 'lua'],
  },
  {
    name: 'keep-alive-32',
    scenario: 'keep-alive',
    connections: 32,
    unit: 'keep-alives',
    baselines: ['fastify-echo', 'nest-echo', 'lua'],
    isShort: true,
  },
  {
    name: 'batch-50',
    scenario: 'batch',
    connections: 8,
    batch: 50,
    unit: 'messages of 50',
    baselines: ['lua'],
  },
  {
    name: 'batch-1000',
    scenario: 'batch',
    connections: 4,
    batch: 1_000,
    unit: 'messages of 1 000',
    baselines: ['lua'],
  },
  {
    name: 'challenge-8',
    scenario: 'challenge',
    connections: 8,
    unit: 'logins and logouts',
    baselines: ['sql'],
  },
  {
    name: 'challenge-32',
    scenario: 'challenge',
    connections: 32,
    unit: 'logins and logouts',
    baselines: ['sql'],
    isShort: true,
  },
  { name: 'two-way-8', scenario: 'two-way', connections: 8, unit: 'logins and logouts', baselines: ['hash'] },
  { name: 'mixed-32', scenario: 'mixed', connections: 32, unit: 'operations', baselines: [] },
  {
    name: 'keep-alive-at-2000',
    scenario: 'keep-alive',
    connections: 32,
    ratePerS: 2_000,
    unit: 'keep-alives at a fixed rate',
    baselines: ['nest-echo'],
  },
  {
    name: 'challenge-at-50',
    scenario: 'challenge',
    connections: 32,
    ratePerS: 50,
    unit: 'logins and logouts at a fixed rate',
    baselines: ['sql'],
  },
];

/** What each case of a world shares. */
export type Common = Pick<
  LoadPlan,
  'url' | 'peer' | 'warmUpMs' | 'measureMs' | 'sessions' | 'users' | 'password' | 'redis' | 'postgres'
>;

export const planOf = (
  { scenario, connections, batch, ratePerS }: LoadCase,
  common: Common,
  as: ScenarioName = scenario,
): LoadPlan => ({
  ...common,
  scenario: as,
  connections,
  ...(batch !== undefined && { batch }),
  ...(ratePerS !== undefined && { ratePerS }),
});
