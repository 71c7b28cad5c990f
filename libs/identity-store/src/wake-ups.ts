import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { TCP_KEEP_ALIVE } from './database.js';
import { Servers, WritingClient } from './writable-server.js';

/** Written in the triggers of the migrations, and in the statements that notify. */
const CHANNELS = ['sap2_directory', 'sap2_disconnects', 'sap2_events', 'sap2_subscriptions'] as const;
type Channel = (typeof CHANNELS)[number];

const RECONNECT_PAUSE_MS = 1_000;
const FAREWELL_MS = 500;

/**
 * Hints from PostgreSQL (LISTEN) on a separate connection. A listener must also look by itself from time to time, because a
 * hint can be lost. After a lost connection all listeners are woken, because hints may be missing.
 */
export class WakeUps {
  private readonly listeners = new Map<Channel, Set<() => void>>(CHANNELS.map((name) => [name, new Set()]));
  private readonly stopping = new AbortController();
  private readonly stopped = new Promise<void>((resolve) => {
    this.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  private done: Promise<void> | undefined;
  private readonly servers: Servers;

  constructor(
    private readonly connection: {
      readonly url: string;
      readonly applicationName: string;
      readonly connectTimeoutMs: number;
    },
    private readonly onConnectionLost: (error: Error) => void,
  ) {
    this.servers = new Servers(connection.url);
  }

  start(): void {
    this.done = this.listenUntilStopped(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
  }

  /** Returns the way to stop listening. */
  on(channel: Channel, callback: () => void): () => void {
    this.listeners.get(channel)?.add(callback);
    return () => void this.listeners.get(channel)?.delete(callback);
  }

  private wake(channel: Channel): void {
    for (const callback of this.listeners.get(channel) ?? []) callback();
  }

  private async listenUntilStopped(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        this.onConnectionLost(error as Error);
        await Promise.race([pause(RECONNECT_PAUSE_MS, undefined, { ref: false }), this.stopped]);
      }
    }
  }

  /** Returns when it was stopped, throws when the connection is lost. */
  private async listen(): Promise<void> {
    const { applicationName, connectTimeoutMs } = this.connection;
    const socket = new Socket();
    const client = new WritingClient(this.servers, {
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      stream: () => socket,
      ...TCP_KEEP_ALIVE,
    });
    try {
      await Promise.race([this.listenOn(client), this.stopped]);
    } finally {
      // A server that says nothing any more must not keep us from leaving.
      await Promise.race([client.end(), pause(FAREWELL_MS, undefined, { ref: false })]);
      socket.destroy();
    }
  }

  /** Throws when the connection is lost, and does not return before. */
  private async listenOn(client: pg.Client): Promise<void> {
    let failure = new Error('the connection for wake-ups ended');
    client.on('error', (error) => (failure = error));
    client.on('notification', ({ channel }) => this.wake(channel as Channel));
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await client.connect();
    for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
    for (const channel of CHANNELS) this.wake(channel);
    await ended;
    throw failure;
  }
}
