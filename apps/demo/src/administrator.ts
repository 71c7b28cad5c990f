import { expectThat } from './demo-failure.js';
import type { RestClient } from './rest-client.js';

/** A person of the provider. */
export class Administrator {
  constructor(private readonly rest: RestClient) {}

  /** Ids of all live sessions. */
  async sessions(): Promise<readonly string[]> {
    const page = await this.rest.call('GET', '/admin/v1/sessions', 200);
    expectThat(isPage(page), 'The list of sessions should have items with ids.');
    return page.items.map(({ id }) => id);
  }

  /** Ends a session for good. */
  async endSession(userSessionID: string): Promise<void> {
    await this.rest.call('DELETE', `/admin/v1/sessions/${userSessionID}`, 204);
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
