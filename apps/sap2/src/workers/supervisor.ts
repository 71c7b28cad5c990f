import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { EventLog } from '@sap2/observability';
import { pause } from '../loops/loop.js';
import { joinedMetrics } from './joined-metrics.js';
import type { FromWorker, Ports, ToWorker } from './messages.js';

/** A worker that cannot serve is tried again after this, then after twice as long, and so on. */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Prometheus gives a scrape 10 s. A worker that hangs may not cost the metrics of the others. */
const SCRAPE_MS = 5_000;

export interface SupervisorOptions {
  /** Workers that serve at the same time. */
  readonly workers: number;
  /** What they get beside the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A worker that has not ended so long after SIGTERM is killed. */
  readonly patienceMs: number;
}

/** A worker ended before it served. */
export class WorkerEnded extends Error {
  constructor(readonly exitCode: number) {
    super(`A worker ended with code ${exitCode} before it served; its own lines say why.`);
  }
}

/**
 * Keeps a number of processes behind the same ports, and replaces one that ends (docs/adr/0037). This process accepts
 * the connections and gives each to a worker in turn. It holds nothing else.
 */
export class Supervisor {
  /** By their names, `1` to the number of workers. A name goes on to the replacement. */
  private readonly serving = new Map<string, Worker>();
  private readonly beginning = new Map<string, Promise<Ports>>();
  private readonly exposed = new Map<number, (text: string) => void>();
  private readonly stopping = new AbortController();
  private lastID = 0;
  private restart: Promise<void> | undefined;

  constructor(
    private readonly options: SupervisorOptions,
    private readonly log: EventLog,
  ) {
    cluster.on('message', (worker, message: FromWorker) => this.hear(worker, message));
  }

  /**
   * The first worker starts alone, so that it alone changes the schema and reads the seed.
   * @throws WorkerEnded
   */
  async start(): Promise<Ports> {
    const names = Array.from({ length: this.options.workers }, (_, i) => String(i + 1));
    const [first = '1', ...others] = names;
    const ports = await this.begin(first);
    await Promise.all(others.map((name) => this.begin(name)));
    return ports;
  }

  /** Replaces one worker after the other. A connection always finds one that serves. */
  restartAll(): Promise<void> {
    this.restart ??= this.replaceEach().finally(() => {
      this.restart = undefined;
    });
    return this.restart;
  }

  signalAll(signal: NodeJS.Signals): void {
    for (const worker of this.serving.values()) worker.process.kill(signal);
  }

  /** Resolves when every worker has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(workers.map((worker) => this.end(worker)));
  }

  private async replaceEach(): Promise<void> {
    await Promise.allSettled(this.beginning.values());
    for (const [name, old] of this.serving) {
      try {
        await this.begin(name);
      } catch (error) {
        this.log.error('restart_given_up', { error });
        return;
      }
      await this.end(old);
    }
    this.log.event('workers_restarted', { count: this.serving.size });
  }

  /** Resolves when a new worker serves under this name. Only one begins at a time. */
  private begin(name: string): Promise<Ports> {
    const under = this.beginning.get(name) ?? this.fork(name).finally(() => this.beginning.delete(name));
    this.beginning.set(name, under);
    return under;
  }

  private async fork(name: string): Promise<Ports> {
    const worker = cluster.fork(this.options.environment);
    const ports = await servesOrEnds(worker);
    this.serving.set(name, worker);
    worker.once('exit', (code, signal) => {
      if (this.stopping.signal.aborted || this.serving.get(name) !== worker) return;
      this.log.error('worker_ended', {
        detail: `worker ${name}, ${signal ? `signal ${signal}` : `code ${code}`}`,
      });
      void this.replace(name);
    });
    if (this.stopping.signal.aborted) await this.end(worker);
    return ports;
  }

  private async replace(name: string): Promise<void> {
    for (let tries = 0; !this.stopping.signal.aborted; tries += 1) {
      try {
        await this.begin(name);
        return;
      } catch (error) {
        this.log.error('worker_not_replaced', { error });
        await pause(Math.min(SHORTEST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS), this.stopping.signal);
      }
    }
  }

  private async end(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    const ended = once(worker, 'exit');
    worker.process.kill('SIGTERM');
    const impatience = setTimeout(() => worker.process.kill('SIGKILL'), this.options.patienceMs);
    await ended;
    clearTimeout(impatience);
  }

  private hear(worker: Worker, message: FromWorker): void {
    if (message.kind === 'scrape') void this.scrape(worker, message.id);
    else if (message.kind === 'exposed') {
      this.exposed.get(message.id)?.(message.text);
      this.exposed.delete(message.id);
    }
  }

  private async scrape(asker: Worker, id: number): Promise<void> {
    const texts = await Promise.all(
      [...this.serving].map(async ([name, worker]) => [name, await this.textOf(worker)] as const),
    );
    say(asker, { kind: 'scraped', id, text: joinedMetrics(new Map(texts)) });
  }

  /** Empty for a worker that does not answer. */
  private textOf(worker: Worker): Promise<string> {
    const id = (this.lastID += 1);
    return new Promise((resolve) => {
      const impatience = setTimeout(() => {
        this.exposed.delete(id);
        resolve('');
      }, SCRAPE_MS);
      this.exposed.set(id, (text) => {
        clearTimeout(impatience);
        resolve(text);
      });
      say(worker, { kind: 'expose', id });
    });
  }
}

function say(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

function servesOrEnds(worker: Worker): Promise<Ports> {
  return new Promise((resolve, reject) => {
    const hear = (message: FromWorker): void => {
      if (message.kind !== 'serves') return;
      worker.off('exit', end);
      worker.off('message', hear);
      resolve(message.ports);
    };
    const end = (code: number | null): void => reject(new WorkerEnded(code ?? 1));
    worker.on('message', hear);
    worker.once('exit', end);
  });
}
