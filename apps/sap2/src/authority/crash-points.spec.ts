import { describe, expect, it } from '@jest/globals';
import type { CrashPoint } from '@sap2/config';
import { crashing } from './crash-points.js';

class Till {
  readonly #said: string[];
  constructor(said: string[]) {
    this.#said = said;
  }
  async take(amount: number): Promise<number> {
    this.#said.push(`took ${amount}`);
    return amount;
  }
  async close(): Promise<void> {
    this.#said.push('closed');
  }
}

function till(point: CrashPoint | undefined): { readonly said: string[]; readonly port: Till } {
  const said: string[] = [];
  return { said, port: crashing('Till', new Till(said), point, () => said.push('died')) };
}

const at = (moment: 'before' | 'after', call: number): CrashPoint => ({
  port: 'Till',
  operation: 'take',
  moment,
  call,
});

describe('a crash point', () => {
  it('lies before the call that it names, and before no other', async () => {
    const { said, port } = till(at('before', 2));
    for (const amount of [1, 2, 3]) expect(await port.take(amount)).toBe(amount);
    await port.close();
    expect(said).toEqual(['took 1', 'died', 'took 2', 'took 3', 'closed']);
  });

  it('lies after it, when it was done and nobody was told yet', async () => {
    const { said, port } = till(at('after', 1));
    await port.take(1);
    expect(said).toEqual(['took 1', 'died']);
  });

  it('leaves every other port alone, and all of them when there is none', () => {
    const port = new Till([]);
    expect(crashing('Drawer', port, at('after', 1))).toBe(port);
    expect(crashing('Till', port, undefined)).toBe(port);
  });
});
