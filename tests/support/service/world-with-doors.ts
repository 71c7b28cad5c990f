import { afterAll } from '@jest/globals';
import { type ConformanceWorld, CONFORMANCE_SEED, worldForThisFile } from './conformance-world.js';
import { type Push, PushDoor } from '../peers/push-door.js';
import type { RawPeer } from '../peers/raw-http.js';
import type { RawSap1 } from '../peers/raw-sap1.js';
import { until } from './until.js';

export const peer = (name: string): RawPeer => ({
  serviceID: `wv:@${name}.example`,
  secret: `${name}-secret-0003`,
});

/** Peers with a listener each, and the ways of a test to them. */
export interface WorldWithDoors {
  readonly world: ConformanceWorld;
  readonly door: (of: RawPeer) => PushDoor;
  /** A SAP 1 of the peer, with an SSP session that its listener knows. */
  readonly connected: (of: RawPeer) => Promise<RawSap1>;
}

/** @param agreements what differs from the usual, by service id */
export function worldWithDoors(
  peers: readonly RawPeer[],
  environment: Readonly<Record<string, string>> = {},
  agreements: Readonly<Record<string, object>> = {},
): WorldWithDoors {
  const doors = new Map<string, PushDoor>();
  const world: ConformanceWorld = worldForThisFile(environment, async () => {
    for (const one of peers) doors.set(one.serviceID, await PushDoor.open(one, world.traffic));
    return {
      ...CONFORMANCE_SEED,
      agreements: peers.map(({ serviceID, secret }) => ({
        serviceID,
        sharedSecret: secret,
        domains: ['provider.example'],
        allowPasswordOverHttp: true,
        callbackUrl: doors.get(serviceID)?.url,
        ...agreements[serviceID],
      })),
    };
  });
  afterAll(() => {
    for (const door of doors.values()) door.close();
  });
  const doorOf = ({ serviceID }: RawPeer): PushDoor => {
    const found = doors.get(serviceID);
    if (found === undefined) throw new Error(`no door of ${serviceID}`);
    return found;
  };
  return {
    world,
    door: doorOf,
    connected: async (of) => {
      const sap1 = await world.sap1(of).connect();
      doorOf(of).know(sap1);
      return sap1;
    },
  };
}

/** The push about a session, or a later attempt at it. */
export const pushTo = (door: PushDoor, userSessionID: string, attempt = 1): Promise<Push> =>
  until(`push ${attempt} about a session`, () => door.pushesOf(userSessionID)[attempt - 1]);
