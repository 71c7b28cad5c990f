const MASK = '***';

/** Longest text of a field: an event stays one readable line, whatever was thrown. */
const MAX_TEXT_CHARACTERS = 500;
/** Longest stack; more than twenty frames are not worth keeping. */
const MAX_STACK_CHARACTERS = 4000;
/** Read no further than this: a huge message may not hold the process up. */
const MAX_READ_CHARACTERS = 8192;

const SECRET_WORD =
  'password|passwd|pwd|secret\\w{0,9}|token|digest\\w{0,9}|nonce|authorization|cookie|session_?id|usersessionid';

/** Places that are known to hold a secret, by what stands before it. */
const NAMED_SECRETS: readonly [RegExp, string][] = [
  [/\/\/[^\s/@]*@/g, `//${MASK}@`],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${MASK}`],
  [/<((?:\w+:)?(?:Password|PasswordDigest|DigestBytes|SecretToken|Nonce)\b[^>]*)>[^<]*/gi, `<$1>${MASK}`],
  [
    new RegExp(`\\b(\\w*(?:${SECRET_WORD}))(["']?\\s*[=:]\\s*)(?:"[^"]*"|'[^']*'|[^\\s,;&}]+)`, 'gi'),
    `$1$2${MASK}`,
  ],
];

const LONG_RUN = /[A-Za-z0-9+/_=-]{20,}/g;
const HEXADECIMAL = /^[0-9a-f]{32,}$/i;

/** Session ids, nonces, digests and tokens are long runs of mixed letters and digits; words and paths are not. */
const looksRandom = (run: string): boolean =>
  run.endsWith('=') || HEXADECIMAL.test(run) || (/[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run));

function mask(text: string): string {
  let masked = text.slice(0, MAX_READ_CHARACTERS);
  for (const [pattern, replacement] of NAMED_SECRETS) masked = masked.replace(pattern, replacement);
  return masked.replace(LONG_RUN, (run) => (looksRandom(run) ? MASK : run));
}

/** Control characters would let a peer forge lines of the log or drive the operator's terminal. */
// eslint-disable-next-line no-control-regex -- control characters are what it is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const cut = (text: string, limit: number): string =>
  text.length > limit ? `${text.slice(0, limit)}…` : text;

/** One line without control characters, not masked: for ids that a peer chose and an operator must find again. */
export const oneLine = (text: string, limit: number): string =>
  cut(text.slice(0, limit + 1).replace(CONTROL, ' '), limit);

/** One line, with everything masked that is or looks like a secret. */
export const safeLine = (text: string): string => cut(mask(text).replace(CONTROL, ' '), MAX_TEXT_CHARACTERS);

/** The frames of a stack, masked; its lines are kept. */
export const safeStack = (stack: string): string =>
  cut(
    mask(stack)
      .split('\n')
      .map((line) => line.replace(CONTROL, ' '))
      .join('\n'),
    MAX_STACK_CHARACTERS,
  );
