import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

export const PEERS = ['wv:@one.example', 'wv:@two.example'] as const;
const LIVELY_PER_PEER = 6;
const STEADY_PER_PEER = 10;
/** Users who do nothing by themselves. */
const CROWD_PER_PEER = 200;

const newSecret = (): string => randomBytes(18).toString('base64url');

/** Who plays in one run, and their secrets of this one run. */
export interface Cast {
  readonly peers: readonly {
    readonly serviceID: string;
    readonly secret: string;
    readonly lively: readonly string[];
    readonly steady: readonly string[];
    readonly crowd: readonly string[];
  }[];
  readonly password: string;
  readonly token: string;
  readonly secretKey: string;
}

export function newCast(): Cast {
  const named = (name: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `wv:${name}-${i}@provider.example`);
  return {
    peers: PEERS.map((serviceID, i) => ({
      serviceID,
      secret: newSecret(),
      lively: named(`lively-${i}`, LIVELY_PER_PEER),
      steady: named(`steady-${i}`, STEADY_PER_PEER),
      crowd: named(`crowd-${i}`, CROWD_PER_PEER),
    })),
    password: newSecret(),
    token: newSecret(),
    secretKey: randomBytes(32).toString('base64'),
  };
}

export async function writeSeed(file: string, cast: Cast, callbackUrls: readonly string[]): Promise<void> {
  const seed = {
    domains: [{ name: 'provider.example' }],
    agreements: cast.peers.map(({ serviceID, secret }, i) => ({
      serviceID,
      sharedSecret: secret,
      callbackUrl: callbackUrls[i],
      domains: ['provider.example'],
      allowPasswordOverHttp: true,
    })),
    users: cast.peers
      .flatMap(({ lively, steady, crowd }) => [...lively, ...steady, ...crowd])
      .map((userID) => ({ userID, password: cast.password })),
    administrators: [{ name: 'suite', token: cast.token }],
  };
  await writeFile(file, JSON.stringify(seed), { mode: 0o600 });
}
