/** One event, one line, for the person who started the service: "found …", "fetched …", "missing …". Never a secret. */
export type StoreLine = (line: string) => void;

export interface EmbeddedStoreOptions {
  /** The store lives here, and so does its password. Created when it is not there. */
  readonly dataDir: string;
  readonly say: StoreLine;
  /** Gives up a start in progress; it does not stop a store that is up. */
  readonly signal?: AbortSignal | undefined;
  /** Looked in for programs instead of the PATH and the usual places. */
  readonly searchPaths?: readonly string[] | undefined;
}

/** A real server on a loopback port that only the holder of `url` can talk to. */
export interface EmbeddedStore {
  /** Carries the password: for the client, never for a log. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Where the data really lies: elsewhere than under dataDir only if PostgreSQL's user could not get there. */
  readonly dir: string;
  /** Ends the server, its data safe on disk. May be called again; both calls wait for the same end. */
  stop(): Promise<void>;
}
