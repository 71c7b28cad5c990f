import { describe, expect, it } from '@jest/globals';
import { type ConfigFault, describeFault, type Environment, readConfig } from '@sap2/config';

const KEY = `a:${Buffer.alloc(32, 1).toString('base64')}`;

function config(env: Environment) {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.error.map(describeFault).join('\n'));
  return read.value;
}

function faults(env: Environment): readonly ConfigFault[] {
  const read = readConfig(env);
  return read.ok ? [] : read.error;
}

describe('DATABASE_URL', () => {
  it.each(['postgres://sap2:pw@db.example:5432/sap2', 'postgresql:///sap2?host=/run/postgresql'])(
    '%s',
    (url) => {
      expect(config({ DATABASE_URL: url, SAP2_SECRET_KEYS: KEY }).databaseUrl).toBe(url);
    },
  );

  it.each([
    'mysql://u:hunter2@h/d',
    'db.example/hunter2',
    'postgres://u:hunter2@h',
    'postgres://u:hunter2@h:port/d',
  ])('%s is refused without repeating the password', (url) => {
    const [fault] = faults({ DATABASE_URL: url, SAP2_SECRET_KEYS: KEY });
    expect(fault?.variable).toBe('DATABASE_URL');
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});

describe('REDIS_URL', () => {
  it.each(['redis://127.0.0.1:6379', 'redis://:pw@cache.example/2', 'rediss://user:p%40w@[::1]:6380/0'])(
    '%s is one server',
    (url) => {
      expect(config({ REDIS_URL: url }).redisUrl).toEqual({ kind: 'single', url });
    },
  );

  it('names the nodes of a cluster', () => {
    expect(config({ REDIS_URL: 'redis-cluster://one:7001,10.0.0.2,[fd00::3]:7003' }).redisUrl).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7001 },
        { host: '10.0.0.2', port: 6379 },
        { host: 'fd00::3', port: 7003 },
      ],
      tls: false,
      username: undefined,
      password: undefined,
    });
  });

  it.each([
    ['rediss-cluster://sap2:p%40w@one', 'sap2', 'p@w'],
    ['rediss-cluster://:p%40w@one', undefined, 'p@w'],
    ['rediss-cluster://p%40w@one', undefined, 'p@w'],
  ])('%s has TLS and a password', (url, username, password) => {
    const wanted = { kind: 'cluster', tls: true, username, password };
    expect(config({ REDIS_URL: url }).redisUrl).toMatchObject(wanted);
  });

  it.each([
    'http://hunter2',
    'redis://',
    'redis://:hunter2@h/not-a-number',
    'redis://:hunter2@h:99999',
    'redis-cluster://:hunter2@',
    'redis-cluster://:hunter2@one,,two',
    'redis-cluster://:hunter2@one:0',
    'redis-cluster://:hunter2%zz@one',
  ])('%s is refused without repeating the password', (url) => {
    const [fault] = faults({ REDIS_URL: url });
    expect(fault?.variable).toBe('REDIS_URL');
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});
