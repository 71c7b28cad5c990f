import type { Randomness } from '@sap2/kernel';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Script } from './script.js';

/** Where Redis is. A single server by its URL, `redis[s]://[user:password@]host[:port]`; of a cluster, some of its nodes. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
      readonly tls: boolean;
      readonly username: string | undefined;
      readonly password: string | undefined;
    };

export interface RedisConnectionOptions {
  readonly redis: RedisAddress;
  /** After it a command counts as failed. The server may still carry it out. */
  readonly commandTimeoutMs: number;
  readonly randomness: Randomness;
  /** What the connection suffers between commands; it is re-established by itself. */
  readonly onConnectionError: (error: Error) => void;
}

export type RedisClient = Redis | Cluster;

const CONNECT_TIMEOUT_MS = 5000;
const LONGEST_RETRY_PAUSE_MS = 2000;
/** One for a slot that moved, and some for a fail-over in progress; more of them outlast the patience of a peer. */
const MAX_REDIRECTIONS = 5;

/** What Redis says while it cannot serve. Anything else that it objects to is a defect of ours. */
const UNABLE =
  /\b(?:READONLY|LOADING|OOM|MISCONF|NOREPLICAS|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|Too many Cluster redirections)\b/;

/**
 * One Redis or Redis Cluster. Nothing waits for a connection and nothing is sent twice: a command that cannot be sent,
 * is not answered in time, or loses its connection fails with LiveStoreUnavailableError, and its caller decides.
 */
export class RedisConnection {
  private constructor(private readonly client: RedisClient) {}

  /** @throws LiveStoreUnavailableError · ReplyError of Redis (wrong password) */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const client = newClient(options);
    client.on(client instanceof Cluster ? 'node error' : 'error', options.onConnectionError);
    // A cluster reports its own trouble under another name than that of its nodes.
    if (client instanceof Cluster) client.on('error', options.onConnectionError);
    const connection = new RedisConnection(client);
    try {
      await connection.ask(async () => {
        await client.connect();
        // Nodes of a cluster connect at their first command, and refuse a second one until they are connected.
        await Promise.all(connection.masters().map((node) => node.ping()));
      });
    } catch (error) {
      client.disconnect();
      throw error;
    }
    return connection;
  }

  async run<Reply>(
    script: Script<Reply>,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply> {
    const operands = [keys.length, ...keys, ...args] as const;
    const reply = await this.ask(async (client) => {
      try {
        return await client.evalsha(script.sha1, ...operands);
      } catch (error) {
        // A server that was restarted, flushed its scripts or took over has not seen this one yet: nothing was done.
        if (!isReplyError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(script.source, ...operands);
      }
    });
    return script.parse(reply);
  }

  /** A plain command or several; whatever happens to the connection meanwhile is LiveStoreUnavailableError. */
  async ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await question(this.client);
    } catch (error) {
      throw isUnavailability(error)
        ? new LiveStoreUnavailableError('Redis does not answer', { cause: error })
        : error;
    }
  }

  /** Every server that holds keys. */
  masters(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }

  /** Waits for what was sent. */
  async close(): Promise<void> {
    if (this.client.status !== 'ready') return this.client.disconnect();
    try {
      await this.ask((client) => client.quit());
    } catch (error) {
      this.client.disconnect();
      throw error;
    }
  }
}

const isReplyError = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

/** Errors of the client itself are all about its connection, but for those of the language. */
function isUnavailability(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return false;
  return !isReplyError(error) || UNABLE.test(error.message);
}

function newClient(options: RedisConnectionOptions): RedisClient {
  const { redis, commandTimeoutMs, randomness } = options;
  const pauseMs = (attempt: number): number =>
    Math.min(50 * 2 ** attempt, LONGEST_RETRY_PAUSE_MS) * (0.5 + randomness.fraction() / 2);
  const perServer = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    // A dead peer does not close its connection: silence must.
    socketTimeout: commandTimeoutMs * 2,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a fail-over the old master stays behind as a read-only replica.
    reconnectOnError: (error) => error.message.includes('READONLY'),
  } satisfies RedisOptions;
  if (redis.kind === 'single') {
    const single = { lazyConnect: true, enableOfflineQueue: false, retryStrategy: pauseMs };
    return new Redis(redis.url, { ...perServer, ...single });
  }
  const { nodes, tls, username, password } = redis;
  const identity = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };
  return new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseMs,
    maxRedirections: MAX_REDIRECTIONS,
    // 0: what was under way on a connection that closed is not sent again elsewhere.
    retryDelayOnFailover: 0,
    redisOptions: { ...perServer, ...identity },
  });
}
