import { describe, expect, it } from '@jest/globals';
import { parseCspVersion } from './csp-version.js';
import { END_CAUSES, owesDisconnect, sapNodeOf, statusOfEnd } from './user-session.js';

describe('cspVersion', () => {
  it('is 1.2 where the login names none', () => {
    expect(parseCspVersion(undefined)).toEqual({ ok: true, value: '1.2' });
  });

  it.each(['1.1', '1.2', '1.3'])('may be %s', (version) => {
    expect(parseCspVersion(version)).toEqual({ ok: true, value: version });
  });

  it.each(['', '1.0', '1.4', '1.20', 'WV-CSP1.2'])('may not be %p', (version) => {
    expect(parseCspVersion(version)).toEqual({ ok: false, error: 'unknown-version' });
  });
});

describe('sapEpoch', () => {
  it.each([
    ['node:1', 'node'],
    ['host:8080:17', 'host:8080'],
    ['plain', undefined],
    [':1', undefined],
    ['node:', undefined],
    ['', undefined],
  ])('%p is of node %p', (epoch, node) => {
    expect(sapNodeOf(epoch)).toBe(node);
  });
});

describe('an end', () => {
  it('is 600 when the session expired, 601 when it was forced, and leaves no session after a logout', () => {
    const codes = END_CAUSES.map((cause) => statusOfEnd(cause));
    expect(codes).toEqual([604, 600, ...Array.from({ length: 8 }, () => 601)]);
  });

  it('is reported to the owner unless the owner made it', () => {
    expect(END_CAUSES.filter((cause) => !owesDisconnect(cause))).toEqual(['logout']);
  });
});
