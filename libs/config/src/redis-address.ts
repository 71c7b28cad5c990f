import type { RedisAddress } from '@sap2/kernel';
import { z } from 'zod';

const DEFAULT_PORT = 6379;
const NODE = /^(?<host>[A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\])(?::(?<port>\d{1,5}))?$/;
const CLUSTER = /^redis(?<tls>s?)-cluster:\/\/(?:(?<credentials>[^@]*)@)?(?<nodes>[^@/]+)\/?$/;
const SINGLE = /^rediss?:\/\/[^/?#]+(\/\d*)?$/;

function nodeOf(text: string): { host: string; port: number } | undefined {
  const { host, port } = NODE.exec(text)?.groups ?? {};
  if (host === undefined) return undefined;
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  return number >= 1 && number <= 65_535 ? { host: host.replace(/^\[|\]$/g, ''), port: number } : undefined;
}

/** `user:password`, or a lone password as Redis had before it knew users; percent-encoded like in any address. */
function credentialsOf(text: string | undefined): {
  username: string | undefined;
  password: string | undefined;
} {
  if (text === undefined || text === '') return { username: undefined, password: undefined };
  const colon = text.indexOf(':');
  const username = decodeURIComponent(text.slice(0, Math.max(colon, 0)));
  return {
    username: username === '' ? undefined : username,
    password: decodeURIComponent(text.slice(colon + 1)),
  };
}

function clusterOf(text: string): RedisAddress | undefined {
  const { tls, credentials, nodes = '' } = CLUSTER.exec(text)?.groups ?? {};
  const found = nodes.split(',').map(nodeOf);
  const whole = found.filter((node) => node !== undefined);
  if (whole.length !== found.length || /%(?![0-9a-f]{2})/i.test(credentials ?? '')) return undefined;
  return { kind: 'cluster', nodes: whole, tls: tls === 's', ...credentialsOf(credentials) };
}

function addressOf(text: string): RedisAddress | undefined {
  if (/^rediss?-cluster:/.test(text)) return clusterOf(text);
  return SINGLE.test(text) && URL.canParse(text) ? { kind: 'single', url: text } : undefined;
}

export const redisAddress = z
  .string()
  .regex(/^rediss?(-cluster)?:\/\//, {
    error: 'does not start with redis:// or redis-cluster://',
    abort: true,
  })
  .transform((text, context): RedisAddress => {
    const address = addressOf(text);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: 'cannot be read as an address', input: text });
    return z.NEVER;
  });
