import { describe, expect, it } from '@jest/globals';
import { machineUser } from './machine-user.js';

describe('the user of the machine', () => {
  it('is a name', () => {
    expect(machineUser(() => 'olive')).toBe('olive');
  });

  it('is the number of one that has no name', () => {
    const nameless = (): string => {
      throw new Error(
        'A system error occurred: uv_os_get_passwd returned ENOENT (no such file or directory)',
      );
    };
    expect(machineUser(nameless)).toBe(String(process.getuid?.()));
  });
});
