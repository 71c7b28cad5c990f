/** What a peer asked of SAP 2, as far as the invariants care. */
export type Operation =
  | {
      readonly kind: 'login';
      readonly account: string;
      readonly client: string;
      /** The session that it wants to go on with. */
      readonly resumes: string | undefined;
    }
  | { readonly kind: 'logout'; readonly id: string }
  | { readonly kind: 'negotiate'; readonly id: string }
  | { readonly kind: 'keep-alive'; readonly ids: readonly string[] };

export interface Answered {
  readonly kind: 'answered';
  readonly code: number;
  /** The whole answer, in one order of its fields. */
  readonly body: string;
  /** Of a login. */
  readonly sessionID: string | undefined;
  /** Seconds, for each session that was accepted. */
  readonly granted: Readonly<Record<string, number>>;
  /** Code for each session that was not. */
  readonly failed: Readonly<Record<string, number>>;
}

export type Outcome =
  | Answered
  | { readonly kind: 'refused'; readonly httpStatus: number; readonly retryAfterS: number | undefined }
  /** Nothing came back: it was done, or it was not. */
  | { readonly kind: 'lost'; readonly detail: string };

/** One HTTP request of a peer. The same transaction, asked again, is another attempt. */
export interface Attempt {
  readonly peer: string;
  readonly transactionID: string;
  /** Hash of what was asked. */
  readonly content: string;
  readonly process: number;
  readonly operation: Operation;
  readonly askedAtMs: number;
  readonly heardAtMs: number;
  readonly outcome: Outcome;
}

/** A disconnect as it came in at a peer, once for each time that it came. */
export interface Push {
  readonly peer: string;
  readonly transactionID: string;
  readonly id: string;
  readonly code: number;
  readonly atMs: number;
}

/** An end by another than the owner: by an administrator, or by a sync that left the session out. */
export interface OtherEnd {
  readonly id: string;
  readonly askedAtMs: number;
  /** When the caller learned that it is done; undefined: never. */
  readonly doneAtMs: number | undefined;
}

/** Live sessions at one instant: the most of any one user, and of any one user and client. */
export interface Sample {
  readonly store: 'postgresql' | 'redis';
  readonly atMs: number;
  readonly perUser: number;
  readonly perClient: number;
}

/** Time for which deadlines may have stopped. After it the service repeats what a store lost for a while. */
export interface Disturbance {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether Redis forgot which transactions were answered. */
  readonly forgets: boolean;
}

/** What the stores hold when everything is calm again. */
export interface Closing {
  readonly live: readonly {
    readonly id: string;
    readonly peer: string;
    readonly transactionID: string;
  }[];
  readonly ended: readonly { readonly id: string; readonly peer: string; readonly cause: string }[];
  readonly outbox: readonly {
    readonly id: string;
    readonly peer: string;
    readonly transactionID: string;
    readonly state: string;
  }[];
  readonly redisSessions: readonly string[];
  readonly redisDeadlines: readonly string[];
}

/** A log, a scrape of metrics, the audit: whatever people read. */
export interface Writing {
  readonly where: string;
  readonly text: string;
}

export interface Limits {
  readonly perUser: number;
  readonly graceMs: number;
}

export interface History {
  readonly limits: Limits;
  readonly attempts: readonly Attempt[];
  readonly pushes: readonly Push[];
  readonly otherEnds: readonly OtherEnd[];
  readonly samples: readonly Sample[];
  readonly disturbances: readonly Disturbance[];
  readonly closing: Closing;
  readonly writings: readonly Writing[];
  /** Passwords, tokens, shared secrets, nonces and digests that were used. */
  readonly secrets: readonly string[];
}
