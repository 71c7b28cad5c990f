import { describe, expect, it } from '@jest/globals';
import { withoutTrailingSlash } from './routes.js';

describe('a slash at the end of a URL', () => {
  it.each([
    ['/admin/v1/users/', '/admin/v1/users'],
    ['/admin/v1/users//?limit=5', '/admin/v1/users?limit=5'],
    ['/health/ready/', '/health/ready'],
    ['/admin/v1/users?prefix=/', '/admin/v1/users?prefix=/'],
    ['/console/', '/console/'],
    ['/administer/', '/administer/'],
    ['/', '/'],
  ])('of %s leaves %s', (url, path) => {
    expect(withoutTrailingSlash(url)).toBe(path);
  });

  it('is found in time that grows with the length only', () => {
    const slashes = '/'.repeat(1_000_000);
    expect(withoutTrailingSlash(`/admin${slashes}x`)).toBe(`/admin${slashes}x`);
    expect(withoutTrailingSlash(`/admin${slashes}`)).toBe('/admin');
  });
});
