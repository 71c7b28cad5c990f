/** How a stored hash was made. A login checks each kind, and stores argon2id with our own parameters at its first success. */
export type PasswordHashKind = 'argon2' | 'bcrypt' | 'scrypt' | 'pbkdf2' | 'sha-crypt';

interface HashForm {
  readonly kind: PasswordHashKind;
  readonly form: RegExp;
  /** The highest cost of each number that `form` names. A hash of a higher cost would stop the other logins. */
  readonly atMost: Readonly<Record<string, number>>;
}

const FORMS: readonly HashForm[] = [
  {
    kind: 'argon2',
    form: /^\$argon2(?:id|i|d)\$v=19\$m=(?<m>\d{1,9}),t=(?<t>\d{1,9}),p=(?<p>\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$/,
    atMost: { m: 262_144, t: 16, p: 16 },
  },
  {
    kind: 'bcrypt',
    form: /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/,
    atMost: { cost: 14 },
  },
  {
    kind: 'scrypt',
    form: /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$[A-Za-z0-9+/]{8,86}\$[A-Za-z0-9+/]{22,86}$/,
    atMost: { ln: 17, r: 8, p: 4 },
  },
  {
    kind: 'pbkdf2',
    form: /^\$pbkdf2-sha(?:1|256|512)\$(?:i=)?(?<i>\d{1,9})\$[./A-Za-z0-9+]{6,86}\$[./A-Za-z0-9+]{22,88}$/,
    atMost: { i: 2_000_000 },
  },
  {
    kind: 'pbkdf2',
    form: /^pbkdf2_sha(?:1|256|512)\$(?<i>\d{1,9})\$[A-Za-z0-9]{6,86}\$[A-Za-z0-9+/]{22,88}={0,2}$/,
    atMost: { i: 2_000_000 },
  },
  {
    kind: 'sha-crypt',
    form: /^\$[56]\$(?:rounds=(?<rounds>\d{1,9})\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}$/,
    atMost: { rounds: 1_000_000 },
  },
];

/** The kind of a hash; undefined: no login could check it. */
export const kindOfHash = (passwordHash: string): PasswordHashKind | undefined =>
  FORMS.find(({ form }) => form.test(passwordHash))?.kind;

/**
 * What is wrong with a hash of another system; completes "passwordHash …". Each number must be 1 or more, and at most
 * what the table says.
 */
export function readPasswordHash(passwordHash: string): string | undefined {
  for (const { kind, form, atMost } of FORMS) {
    const found = form.exec(passwordHash);
    if (found === null) continue;
    const wrong = Object.entries(atMost).find(([name, most]) => !isWithin(found.groups?.[name], most));
    return wrong && `is a ${kind} hash whose ${wrong[0]} is not a number from 1 to ${wrong[1]}`;
  }
  return `must be an argon2, bcrypt, scrypt, PBKDF2 or SHA-crypt hash in the form that docs/administer.md shows`;
}

/** A number that a form leaves out has the form's own default, which is low. */
const isWithin = (digits: string | undefined, most: number): boolean =>
  digits === undefined || (Number(digits) >= 1 && Number(digits) <= most);
