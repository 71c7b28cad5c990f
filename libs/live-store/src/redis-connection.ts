import type { Randomness, RedisAddress } from '@sap2/kernel';
import { LiveStoreUnavailableError } from '@sap2/session-core';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Script } from './script.js';

export interface RedisConnectionOptions {
  readonly redis: RedisAddress;
  /** Each key begins with it. Without braces, so that the tag in a key still tells its slot. */
  readonly keyPrefix: string;
  /** After it a command counts as failed. The server may still carry it out. */
  readonly commandTimeoutMs: number;
  readonly randomness: Randomness;
  /** What the connection suffers between commands; it is re-established by itself. */
  readonly onConnectionError: (error: Error) => void;
  /** The server refused a channel. The next connection asks for it again. */
  readonly onSubscriptionFailed: (error: Error) => void;
}

export type RedisClient = Redis | Cluster;

const CONNECT_TIMEOUT_MS = 5000;
const LONGEST_RETRY_PAUSE_MS = 2000;
/** One for a slot that moved, and some for a fail-over in progress. With more, the peer would no longer wait. */
const MAX_REDIRECTIONS = 5;

/** What Redis says while it cannot serve. Anything else that it objects to is a defect of ours. */
const UNABLE =
  /\b(?:READONLY|LOADING|OOM|MISCONF|NOREPLICAS|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|Too many Cluster redirections)\b/;

/**
 * One Redis or Redis Cluster. No command waits for a connection, and none is sent twice. A command fails with
 * LiveStoreUnavailableError if it cannot be sent, gets no answer in time, or loses its connection. The caller
 * decides.
 */
export class RedisConnection {
  /** A connection that subscribes can do nothing else. */
  private ear: RedisClient | undefined;
  private isClosed = false;

  private constructor(
    private readonly client: RedisClient,
    /** For patterns of keys; to the keys of commands and scripts it is added by itself. */
    readonly keyPrefix: string,
    private readonly onSubscriptionFailed: (error: Error) => void,
  ) {}

  /** @throws LiveStoreUnavailableError · ReplyError (wrong password) */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const client = newClient(options);
    // `connect` only says that the connection was closed; why, was said before.
    let reason: Error | undefined;
    const listen = (error: Error): void => {
      reason = error;
      options.onConnectionError(error);
    };
    client.on('error', listen);
    if (client instanceof Cluster) client.on('node error', listen);
    const connection = new RedisConnection(client, options.keyPrefix, options.onSubscriptionFailed);
    try {
      await connection.ask(async () => {
        await client.connect();
        // Nodes of a cluster connect at their first command, and refuse a second one until they are connected.
        await Promise.all(connection.masters().map((node) => node.ping()));
      });
    } catch (error) {
      client.disconnect();
      throw reason === undefined ? error : asUnavailability(reason);
    }
    return connection;
  }

  async run<Reply>(
    script: Script<Reply>,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply> {
    const operands = [keys.length, ...keys, ...args] as const;
    let reply: unknown;
    try {
      reply = await this.client.evalsha(script.sha1, ...operands);
    } catch (error) {
      // A server that was restarted, flushed its scripts or took over has not seen this one yet: nothing was done.
      if (!isNamed(error, 'ReplyError') || !error.message.startsWith('NOSCRIPT'))
        throw asUnavailability(error);
      reply = await this.ask((client) => client.eval(script.source, ...operands));
    }
    return script.parse(reply);
  }

  /** A plain command or several; whatever happens to the connection meanwhile is LiveStoreUnavailableError. */
  async ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await question(this.client);
    } catch (error) {
      throw asUnavailability(error);
    }
  }

  /** @throws LiveStoreUnavailableError */
  async publish(channel: string, message: string): Promise<void> {
    await this.ask((client) => client.publish(this.keyPrefix + channel, message));
  }

  /**
   * Hears each message from now on, also over a later connection, but not what was published in between. The client of a
   * cluster subscribes again by itself at another node, and does not report a refusal there.
   */
  subscribe(channel: string, listener: (message: string) => void): void {
    const ear = (this.ear ??= newEar(this.client));
    const name = this.keyPrefix + channel;
    ear.on('message', (from: string, message: string) => {
      if (from === name) listener(message);
    });
    const begin = (): void => {
      ear.subscribe(name).catch((error: Error) => {
        if (!this.isClosed) this.onSubscriptionFailed(error);
      });
    };
    ear.on('ready', begin);
    if (ear.status === 'ready') begin();
  }

  /** Called at each new connection, before anything is asked over it: the server may be another one than before. */
  onConnection(listener: () => void): void {
    this.client.on(this.client instanceof Cluster ? '+node' : 'ready', listener);
  }

  /** Every server that holds keys. */
  masters(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }

  /** Waits for what was sent. */
  async close(): Promise<void> {
    this.isClosed = true;
    // The client of a cluster is its own ear, and still has to wait.
    if (this.ear !== this.client) this.ear?.disconnect();
    // Whatever goes wrong with a connection that is being closed, it is closed then.
    if (this.client.status === 'ready') await Promise.allSettled([this.client.quit()]);
    this.client.disconnect();
  }
}

/**
 * By name, because an error of another realm is not an instance of our class. Node's own errors are such under a
 * test runner.
 */
const isNamed = (error: unknown, ...names: readonly string[]): error is Error =>
  typeof error === 'object' && error !== null && 'name' in error && names.some((name) => name === error.name);

/** Errors of the client itself are all about its connection, but for those of the language. */
function asUnavailability(error: unknown): unknown {
  if (isNamed(error, 'TypeError', 'RangeError')) return error;
  if (isNamed(error, 'ReplyError') && !UNABLE.test(error.message)) return error;
  return new LiveStoreUnavailableError('Redis does not answer', { cause: error });
}

function newClient(options: RedisConnectionOptions): RedisClient {
  const { redis, keyPrefix, commandTimeoutMs, randomness } = options;
  const pauseMs = (attempt: number): number =>
    Math.min(50 * 2 ** attempt, LONGEST_RETRY_PAUSE_MS) * (0.5 + randomness.fraction() / 2);
  const perServer = {
    keyPrefix,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    // A dead peer does not close its connection: silence must.
    socketTimeout: commandTimeoutMs * 2,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disconnectTimeout: 0,
  } satisfies RedisOptions;
  if (redis.kind === 'single') {
    const single = {
      lazyConnect: true,
      enableOfflineQueue: false,
      retryStrategy: pauseMs,
      // What is asked in one turn of the event loop leaves in one write.
      enableAutoPipelining: true,
    };
    return leaveReplicas(
      (reconnectOnError) => new Redis(redis.url, { ...perServer, ...single, reconnectOnError }),
    );
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

/**
 * A connection for channels. It is silent for hours, so silence is no fault. The connection of the commands reports the same
 * outages. The client of a cluster has such a connection already.
 */
function newEar(client: RedisClient): RedisClient {
  if (client instanceof Cluster) return client;
  const ear = client.duplicate({
    lazyConnect: false,
    enableOfflineQueue: true,
    // The client would ignore a refusal of the server, and an ignored failure ends the process.
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
  });
  ear.on('error', () => undefined);
  return ear;
}

/** After a fail-over the old master stays behind, connected, as a read-only replica. One reply is enough to leave it. */
function leaveReplicas(connect: (reconnectOnError: (error: Error) => boolean) => Redis): Redis {
  let leaving = false;
  const client = connect((error) => {
    const leave = !leaving && error.message.includes('READONLY');
    leaving ||= leave;
    return leave;
  });
  client.on('close', () => {
    leaving = false;
  });
  return client;
}
