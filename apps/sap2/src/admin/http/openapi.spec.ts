import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { EVERY_OPERATION } from '../admin-http.js';
import { openApiDocument } from './openapi.js';

interface Field {
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Field>>;
}

const document = openApiDocument(EVERY_OPERATION) as {
  readonly components: { readonly schemas: Readonly<Record<string, Field>> };
};
const { schemas } = document.components;

/** Every field with an example, and where it is. */
function shownIn(place: string, value: unknown): readonly (readonly [string, Field])[] {
  if (typeof value !== 'object' || value === null) return [];
  const { examples } = value as Field;
  const here = Array.isArray(examples) ? [[place, value as Field] as const] : [];
  return [...here, ...Object.entries(value).flatMap(([name, one]) => shownIn(`${place}/${name}`, one))];
}

/** Zod reads patterns without the flag that these need. */
const withoutUnicode = (key: string, value: unknown): unknown =>
  key === 'pattern' && String(value).includes('\\p{') ? undefined : value;

describe('the OpenAPI document', () => {
  it('names the things that administrators know', () => {
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining([
        'User',
        'Session',
        'Agreement',
        'Domain',
        'Job',
        'UserPage',
        'NewUser',
        'Problem',
      ]),
    );
  });

  it('has examples that its own schemas take, and times of our days', () => {
    const shown = shownIn('', document);
    expect(shown.length).toBeGreaterThan(100);
    const wrong = shown.filter(([, field]) => {
      const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(field), withoutUnicode) as never);
      return field.examples?.some((example) => !schema.safeParse(example).success);
    });
    expect(wrong.map(([place]) => place)).toEqual([]);
    expect(schemas['User']?.properties).toMatchObject({
      userID: { examples: ['wv:alice@provider.example'] },
      createdAt: { examples: [expect.stringMatching(/^20\d\d-/)] },
    });
  });

  it('has no pattern of a time, from which tools invent years', () => {
    expect(JSON.stringify(document).includes('[2468][048]')).toBe(false);
  });
});
