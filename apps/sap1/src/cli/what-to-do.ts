import type { SspError, SspErrorReason } from '../index.js';

/** The usual meaning of a status for the user of the command (ssp-binding §8). */
const ADVICE: Readonly<Record<number, string>> = {
  400: 'SAP 2 misses something in the request; look at it with --xml.',
  401: 'The nonce was too old; try again.',
  402: 'SAP 2 can not take one of the values; for negotiate, compare the paths with docs/protocol.md §4.5.',
  403: 'Not allowed: the account is suspended, or the agreement does not cover this domain or kind of login. A password over plain HTTP needs allowPasswordOverHttp; leave out --two-way.',
  404: 'SAP 2 has nothing to tell about this domain.',
  409: 'Wrong password, or there is no such user; SAP 2 does not say which.',
  422: 'The session belongs to another user or another device; check the user ID and --client-id.',
  502: 'This session can not be resumed; log in without --resume.',
  503: 'SAP 2 is busy, or too many wrong passwords were tried; wait and try again.',
  516: 'SAP 2 does not serve the domain of this user ID.',
  543: 'SAP 2 knows none of the digest schemas, or the domain has a user directory; then log in with --two-way.',
  600: 'The session had been silent for too long; log in again.',
  601: 'SAP 2 has ended the session; log in again.',
  603: 'This user is logged in already, and SAP 2 does not allow another session.',
  604: 'There is no such session (any more).',
  605: 'The keep-alive time was refused; the old one stands.',
  901: 'SAP 2 knows this access point by another name; check --service-id.',
};

export function whatToDo(code: number): string {
  return ADVICE[code] ?? 'See docs/protocol.md §8.';
}

const ADVICE_ON_ERROR: Readonly<Record<SspErrorReason, string>> = {
  unreachable:
    'Is SAP 2 running there? Start it with npm start, or say where it is with --url. With https: --ca is the authority of its certificate, and --cert and --key are what the agreement names.',
  http: 'Is --url right? It ends in /ssp. After 403: the agreement wants https, another address or a certificate (--cert, --key). After 503: SAP 2 is starting or busy; try again soon.',
  'set-up-refused':
    'SAP 2 does not know this access point by this name or secret. Compare --service-id and SAP1_SECRET (or --secret) with serviceID and sharedSecret of the agreement.',
  untrusted: 'The server there is not the SAP 2 of the agreement: check --url and the secret.',
  'not-the-binding': 'Look at the messages with --xml.',
};

/** What to do when there was no answer at all. */
export function adviceFor({ reason }: SspError): string {
  return ADVICE_ON_ERROR[reason];
}
