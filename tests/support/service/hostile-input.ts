import fc from 'fast-check';

/** Text that resembles an address, a time or a network but is invalid. Parsers of such values may throw. */
export const HALF_RIGHT: readonly string[] = [
  'http://',
  '//127.0.0.1/',
  'http://a b/',
  'http://127.0.0.1:99999/',
  'http://[',
  'http://[::1',
  'http://[fe80::1%25eth0]/',
  'https://%/',
  'http:///',
  'http:127.0.0.1',
  'http://256.256.256.256/',
  'http://xn--/',
  'http://user:password@127.0.0.1/',
  'http://127.0.0.1/#fragment',
  `http://${'a'.repeat(3000)}/`,
  'http://169.254.169.254/',
  'file:///etc/passwd',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '2027-02-30T00:00:00Z',
  '2027-01-31T24:00:00Z',
  'fe80::1%eth0/64',
  '192.0.2.0/33',
  '::ffff:192.0.2.1/128',
  'sha256:',
  'dns:',
  '\ud800@provider.example',
];

/** What names of real things look like, and what attackers send. */
export const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HALF_RIGHT),
  fc.constantFrom<unknown>(
    'wv:alice@provider.example',
    'wv:@operator.example',
    'provider.example',
    '',
    ' ',
    '%00',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    "' OR 1=1 --",
    '__proto__',
    '9'.repeat(400),
    -1,
    2 ** 53,
    1e308,
    null,
    true,
    [],
    {},
    { ['__proto__']: { admin: true } },
    [[[[[[[[]]]]]]]],
  ),
  fc.string({ unit: 'binary', maxLength: 64 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Where something stands in a value; the first of all is the value itself. */
export type Place = readonly (string | number)[];

export function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    place,
    ...steps.flatMap((step) => placesIn((value as Record<string, unknown>)[step], [...place, step])),
  ];
}

/** The value with another one in one place: what is right everywhere else is looked at to the end. */
export function replacedAt([step, ...rest]: Place, value: unknown, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  const changed = replacedAt(rest, (value as Record<string, unknown>)[step], replacement);
  if (!Array.isArray(value)) return { ...(value as object), [step]: changed };
  return value.map((item: unknown, index) => (index === step ? changed : item));
}
