/** What a status code says, in two words (ssp-binding §8). */
const WORDS: Readonly<Record<number, string>> = {
  200: 'ok',
  201: 'partly',
  400: 'bad request',
  401: 'challenge',
  402: 'bad parameter',
  403: 'forbidden',
  404: 'not found',
  405: 'not supported',
  409: 'wrong password',
  420: 'invalid transaction',
  422: 'user and client do not match',
  500: 'internal error',
  502: 'cannot resume',
  503: 'try later',
  504: 'time-out',
  505: 'version not supported',
  506: 'service not agreed',
  516: 'domain not served',
  543: 'no common digest schema',
  600: 'expired',
  601: 'forced logout',
  603: 'logged in already',
  604: 'no such session',
  605: 'time refused',
  900: 'several errors',
  901: 'address error',
};

export function statusWords(code: number): string {
  return WORDS[code] ?? 'unknown status';
}
