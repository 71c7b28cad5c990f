import { setTimeout as pause } from 'node:timers/promises';
import type { Recorder } from '../history/recorder.js';

const ATTEMPTS = 60;
const PAUSE_MS = 200;

/** One of the provider's people, who tries another process when one does not answer. */
export class Administrator {
  private turn = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly token: string,
    private readonly recorder: Recorder,
  ) {}

  /** Ends a session for good. */
  async end(id: string): Promise<void> {
    const askedAtMs = Date.now();
    const status = await this.call('DELETE', `/admin/v1/sessions/${id}`);
    this.recorder.otherEnds.push({ id, askedAtMs, doneAtMs: status === 204 ? Date.now() : undefined });
  }

  /** Both secrets are good while the overlap lasts. */
  async replaceSecret(serviceID: string, secret: string): Promise<void> {
    this.recorder.secrets.add(secret);
    const body = { secret, direction: 'inbound', overlapS: 60 };
    const path = `/admin/v1/agreements/${encodeURIComponent(serviceID)}/secret`;
    const status = await this.call('POST', path, body);
    if (status !== 200) throw new Error(`The secret was not replaced: HTTP ${status}`);
  }

  async metrics(url: string): Promise<string> {
    const answer = await fetch(`${url}/metrics`, { headers: this.headers });
    return answer.text();
  }

  private get headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.token}` };
  }

  /** HTTP status of the first real answer; undefined: no answer. */
  private async call(method: string, path: string, body?: object): Promise<number | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      this.turn = (this.turn + 1) % this.urls.length;
      const status = await fetch(`${this.urls[this.turn] ?? ''}${path}`, {
        method,
        headers: { ...this.headers, ...(body && { 'content-type': 'application/json' }) },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      }).then(
        (answer) => answer.status,
        () => undefined,
      );
      if (status !== undefined && status < 500 && status !== 429) return status;
      await pause(PAUSE_MS);
    }
    return undefined;
  }
}
