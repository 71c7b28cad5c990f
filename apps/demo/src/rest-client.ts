import { expectThat } from './demo-failure.js';
import type { Screen } from './screen.js';

/** A person with REST in their hands, and the server that they call. */
export class RestClient {
  constructor(
    private readonly caller: string,
    private readonly server: string,
    private readonly url: string,
    private readonly screen: Screen,
    private readonly token?: string,
  ) {}

  /** @throws DemoFailure unless the answer has this status */
  async call(method: string, path: string, wanted: number): Promise<unknown> {
    this.screen.line(`${this.caller} ──► ${this.server}`, `${method} ${path}`, '');
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: this.token === undefined ? {} : { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.timeout(15_000),
    });
    const { status } = answer;
    this.screen.line(`${this.caller} ◄── ${this.server}`, 'HTTP', '', { code: status, words: '' });
    const body = await answer.text();
    expectThat(status === wanted, `The answer to ${method} ${path} should be ${wanted}, and is ${status}.`);
    return body === '' ? undefined : JSON.parse(body);
  }
}
