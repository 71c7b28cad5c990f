import { describe, expect, it } from '@jest/globals';
import { identifySystem, installCommand, MissingStoreError, type SystemIdentity } from './missing-store.js';

function linux(osRelease: string, isRoot = true): SystemIdentity {
  return { ...identifySystem(osRelease), platform: 'linux', isRoot };
}

describe('the command that installs a missing store', () => {
  it.each([
    ['ID=debian\nVERSION_ID="12"', 'apt-get update && apt-get install -y redis-server'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"', 'apt-get update && apt-get install -y redis-server'],
    ['ID=fedora\nVERSION_ID=42', 'dnf install -y valkey'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"', 'dnf install -y redis'],
    ['ID=rhel\nID_LIKE="fedora"\nVERSION_ID="10.1"', 'dnf install -y valkey'],
    ['ID=alpine\nVERSION_ID=3.22.0', 'apk add redis'],
    ['ID=arch', 'pacman -S --noconfirm valkey'],
    ['ID="opensuse-leap"\nID_LIKE="suse opensuse"', 'zypper install -y redis'],
  ])('is the one of %j', (osRelease, command) => {
    expect(installCommand('Redis', linux(osRelease))).toBe(command);
  });

  it('asks for the right to install where the reader is not root', () => {
    expect(installCommand('PostgreSQL', linux('ID=debian', false))).toBe(
      'sudo apt-get update && sudo apt-get install -y postgresql',
    );
  });

  it('is brew on a Mac, which installs without root', () => {
    const mac = { ...linux('', false), platform: 'darwin' as const };
    expect(installCommand('PostgreSQL', mac)).toBe('brew install postgresql@17');
  });

  it('is not invented for a system that we do not know', () => {
    expect(installCommand('Redis', linux('ID=plan9'))).toBeUndefined();
    expect(new MissingStoreError('Redis', 'none found', linux('ID=plan9')).message).toBe(
      'Redis: missing: none found. Install Redis with your package manager, or set REDIS_URL to a server of your own.',
    );
  });
});
