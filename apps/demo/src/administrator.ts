import { expectThat } from './demo-failure.js';
import type { Screen } from './screen.js';

/** One of the provider's people, with REST in their hands. */
export class Administrator {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly screen: Screen,
  ) {}

  /** Ids of all live sessions. */
  async sessions(): Promise<readonly string[]> {
    const answer = await this.#call('GET', '/admin/v1/sessions');
    const page: unknown = await answer.json();
    expectThat(isPage(page), 'The list of sessions should have items with ids.');
    return page.items.map(({ id }) => id);
  }

  /** Ends a session for good. */
  async throwOut(userSessionID: string): Promise<void> {
    const answer = await this.#call('DELETE', `/admin/v1/sessions/${userSessionID}`);
    expectThat(answer.status === 204, `The administrator should get 204, and gets ${answer.status}.`);
  }

  async #call(method: string, path: string): Promise<Response> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      signal: AbortSignal.timeout(15_000),
    });
    this.screen.line('admin ──► SAP 2', `${method} ${path}`, '', { code: answer.status, words: '' });
    return answer;
  }
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}

function isPage(value: unknown): value is Page {
  return (
    typeof value === 'object' &&
    value !== null &&
    'items' in value &&
    Array.isArray(value.items) &&
    value.items.every((item: unknown) => typeof item === 'object' && item !== null && 'id' in item)
  );
}
