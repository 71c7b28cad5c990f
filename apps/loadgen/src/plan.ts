/** What a generator of load does, from one process. All times in milliseconds. */
export interface LoadPlan {
  readonly scenario: ScenarioName;
  /** Of `/ssp`, or of an echo. */
  readonly url: string;
  readonly peer: { readonly serviceID: string; readonly secret: string };
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Open loop: operations begin at this rate, whatever the answers. Undefined: each connection asks when it was answered. */
  readonly ratePerS?: number;
  /** Live sessions of the peer: id and account of each. */
  readonly sessions?: readonly (readonly [id: string, account: string])[];
  /** Sessions in one keep-alive message of the scenario `batch`. */
  readonly batch?: number;
  /** Users that log in; each is used by one connection only. */
  readonly users?: readonly string[];
  readonly password?: string;
  /** For the scenario `lua`: where Redis is, and the id of the database whose sessions it holds. */
  readonly redis?: { readonly url: string; readonly owner: string };
  /** For the scenario `sql`. */
  readonly postgres?: string;
}

export type ScenarioName =
  'echo' | 'lua' | 'hash' | 'sql' | 'keep-alive' | 'batch' | 'challenge' | 'two-way' | 'mixed';

/** What the connections of a plan do, each over and over. */
export interface Scenario {
  /** One operation. `turn` counts those of this connection. @throws WrongAnswer */
  readonly run: (connection: number, turn: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LoadResult {
  readonly scenario: ScenarioName;
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** By what was wrong with the answer. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the generator: 1 is a whole core. */
  readonly cpu: number;
  readonly memoryMib: number;
  /** The generator had no time left: the service may be faster than this. */
  readonly isBottleneck: boolean;
}

/** What the generator prints, a line each: the window of the measurement begins, and its result. */
export type LoadLine =
  { readonly kind: 'measuring' } | { readonly kind: 'result'; readonly result: LoadResult };
