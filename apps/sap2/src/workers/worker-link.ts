import cluster, { type Worker } from 'node:cluster';
import type { FromWorker, Ports, ToWorker } from './messages.js';

/** The line of a worker to its supervisor. */
export class WorkerLink {
  private readonly scrapes = new Map<number, (text: string) => void>();
  private lastID = 0;
  private expose: (() => Promise<string>) | undefined;

  constructor(private readonly worker: Worker) {
    worker.on('message', (message: ToWorker) => this.hear(message));
  }

  serves(ports: Ports): void {
    this.say({ kind: 'serves', ports });
  }

  /** @param expose gives the metrics of this process */
  exposeBy(expose: () => Promise<string>): void {
    this.expose = expose;
  }

  /** The metrics of all workers. */
  scrape(): Promise<string> {
    const id = (this.lastID += 1);
    return new Promise((resolve) => {
      this.scrapes.set(id, resolve);
      this.say({ kind: 'scrape', id });
    });
  }

  /** The process ends when nothing else keeps it. */
  leave(): void {
    this.worker.disconnect();
  }

  private hear(message: ToWorker): void {
    if (message.kind === 'expose') void this.answer(message.id);
    else {
      this.scrapes.get(message.id)?.(message.text);
      this.scrapes.delete(message.id);
    }
  }

  private async answer(id: number): Promise<void> {
    this.say({ kind: 'exposed', id, text: (await this.expose?.()) ?? '' });
  }

  private say(message: FromWorker): void {
    if (this.worker.isConnected()) this.worker.send(message);
  }
}

/** Undefined: this process has no supervisor. */
export const workerLink = cluster.worker && new WorkerLink(cluster.worker);
