import { describe, expect, it } from '@jest/globals';
import { configurationPage, configurationSchema, seedSchema } from '@sap2/config';
import { VARIABLES } from './variables.js';

const rows = configurationPage()
  .split('\n')
  .filter((line) => line.startsWith('| `'));
const schema = JSON.parse(configurationSchema()) as {
  readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly description: string }>>;
};

describe('the configuration page', () => {
  it('has one row of four cells for every variable', () => {
    expect(new Set(rows.map((line) => /^\| `(\w+)`/.exec(line)?.[1]))).toEqual(
      new Set(Object.keys(VARIABLES)),
    );
    expect(rows).toHaveLength(Object.keys(VARIABLES).length);
    for (const line of rows) expect(line.split(/(?<!\\)\|/)).toHaveLength(6);
  });

  it.each(Object.entries(VARIABLES))('says of %s what the schema says', (name, { fallback, says, why }) => {
    const row = rows.find((line) => line.startsWith(`| \`${name}\``));
    expect(row).toContain(`| ${fallback === undefined ? '—' : `\`${fallback}\``} |`);
    expect(schema.properties[name]?.default).toEqual(fallback);
    expect(schema.properties[name]?.description).toContain(`${says} ${why}`);
  });
});

describe('the schema of a seed file', () => {
  it('demands what an entry cannot do without, and nothing more', () => {
    const { properties } = JSON.parse(seedSchema()) as {
      readonly properties: Readonly<Record<string, { readonly items: Readonly<Record<string, unknown>> }>>;
    };
    expect(properties['agreements']?.items).toMatchObject({
      required: ['serviceID', 'domains'],
      oneOf: [{ required: ['sharedSecret'] }, { required: ['sharedSecretEnv'] }],
    });
    expect(properties['users']?.items).toMatchObject({
      required: ['userID'],
      oneOf: [{ required: ['password'] }, { required: ['passwordEnv'] }],
    });
    expect(properties['administrators']?.items).toMatchObject({
      required: ['name'],
      oneOf: [{ required: ['token'] }, { required: ['tokenEnv'] }],
    });
  });
});
