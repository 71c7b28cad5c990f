import type { ConsoleSessionBook } from '@sap2/administration';
import { consoleSessionKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, asText, script } from './script.js';

const OPEN = script('open-console-session.lua', (reply): void => void asInteger(reply));
const READ = script('read-console-session.lua', (reply) => (reply === -1 ? undefined : asText(reply)));
const END = script('end-console-session.lua', (reply): void => void asInteger(reply));

/** Any process of the service knows them. The key is a hash, so a dump of Redis opens no console. */
export class RedisConsoleSessions implements ConsoleSessionBook {
  constructor(private readonly redis: RedisConnection) {}

  readonly open: ConsoleSessionBook['open'] = (id, credential, { idleMs, lifeMs }) =>
    this.redis.run(OPEN, [consoleSessionKey(id)], [credential, idleMs, lifeMs]);

  readonly credentialOf: ConsoleSessionBook['credentialOf'] = (id, isUse) =>
    this.redis.run(READ, [consoleSessionKey(id)], [isUse ? 'use' : 'look']);

  readonly end: ConsoleSessionBook['end'] = (id) => this.redis.run(END, [consoleSessionKey(id)], []);
}
