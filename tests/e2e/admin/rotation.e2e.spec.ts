import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminClient } from '../../support/service/admin-client.js';
import { CallbackDoor, CallbackSap1 } from '../../support/peers/callback-door.js';
import {
  CONFORMANCE_SEED,
  ConformanceWorld,
  describeLog,
  OPERATOR,
  RIVAL,
} from '../../support/service/conformance-world.js';
import { PushDoor } from '../../support/peers/push-door.js';
import { RawSap1 } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';
import { peer, pushTo } from '../../support/service/world-with-doors.js';

/** Answers arrive at its listener, and a secret proves them. */
const BY_CALLBACK = peer('callback');
const NEXT = 'the-secret-after-that-0001';

const world = new ConformanceWorld();
const callbacks = new CallbackDoor();
let door: PushDoor;
let admin: AdminClient;

beforeAll(async () => {
  await callbacks.open();
  door = await PushDoor.open(OPERATOR, world.traffic);
  const agreement = ({ serviceID, secret }: typeof OPERATOR, callbackUrl: string | undefined) => ({
    serviceID,
    sharedSecret: secret,
    callbackUrl,
    domains: ['provider.example'],
    allowPasswordOverHttp: true,
  });
  await world.start(
    {},
    {
      ...CONFORMANCE_SEED,
      agreements: [
        agreement(OPERATOR, door.url),
        agreement(RIVAL, undefined),
        { ...agreement(BY_CALLBACK, callbacks.url), answerMode: 'callback' },
      ],
    },
  );
  admin = new AdminClient(world.service.adminUrl);
});
afterAll(async () => {
  await world.stop();
  door.close();
  callbacks.close();
});

/** Answers of the load, before it may end. */
const ENOUGH = 30;

type Direction = 'inbound' | 'outbound';

async function rotate(serviceID: string, direction: Direction, overlapS: number): Promise<void> {
  const { status } = await admin.ask('POST', `/agreements/${encodeURIComponent(serviceID)}/secret`, {
    body: { secret: NEXT, direction, overlapS },
  });
  expect(status).toBe(200);
}

/** Keep-alives, logins and logouts over an SSP session, all the time. @returns what each was answered with, at the end */
function steadyLoad(user: RawUser): () => Promise<readonly number[]> {
  const codes: number[] = [];
  const end = new AbortController();
  const running = (async () => {
    const stays = await user.session();
    const other = user.on('comes-and-goes');
    while (!end.signal.aborted || codes.length < ENOUGH) {
      codes.push((await user.keepAlive(stays)).code);
      const login = await other.logIn();
      codes.push(login.code, (await other.logOut(login.userSessionID)).code);
      await pause(5);
    }
  })();
  return async () => {
    end.abort();
    await running;
    return codes;
  };
}

const bySecret = (of: typeof OPERATOR, secret: string): RawSap1 =>
  new RawSap1(world.service.sspUrl, { ...of, secret, theirSecret: of.secret }, world.traffic);

const refused = (sap1: RawSap1): Promise<string> =>
  sap1.connect().then(
    () => 'opened',
    (error: Error) => error.message,
  );

describe('F13: the secret that a peer proves itself with is rotated under load', () => {
  it('both are good during the overlap, the old one is refused after it, and nothing is dropped', async () => {
    const stop = steadyLoad(world.newUser(world.operator));
    await bySecret(OPERATOR, OPERATOR.secret).connect();
    expect(await refused(bySecret(OPERATOR, NEXT))).not.toBe('opened');
    await rotate(OPERATOR.serviceID, 'inbound', 3600);
    for (const secret of [OPERATOR.secret, NEXT]) {
      const user = world.newUser(await bySecret(OPERATOR, secret).connect());
      expect((await user.logIn()).code).toBe(200);
    }
    await rotate(OPERATOR.serviceID, 'inbound', 0);
    expect(await refused(bySecret(OPERATOR, OPERATOR.secret))).not.toBe('opened');
    await bySecret(OPERATOR, NEXT).connect();
    const codes = await stop();
    expect(codes.length).toBeGreaterThanOrEqual(ENOUGH);
    expect(codes.filter((code) => code !== 200)).toEqual([]);
  });

  it('in callback mode too', async () => {
    const field = (secret: string): CallbackSap1 =>
      new CallbackSap1(
        world.service.sspUrl,
        { ...BY_CALLBACK, secret, theirSecret: BY_CALLBACK.secret },
        callbacks,
      );
    const first = field(BY_CALLBACK.secret);
    await first.connect();
    await rotate(BY_CALLBACK.serviceID, 'inbound', 3600);
    expect((await world.newUser(first).logIn()).code).toBe(200);
    for (const secret of [BY_CALLBACK.secret, NEXT]) {
      const sap1 = field(secret);
      await sap1.connect();
      expect((await world.newUser(sap1).logIn()).code).toBe(200);
      sap1.close();
    }
    await rotate(BY_CALLBACK.serviceID, 'inbound', 0);
    expect(await refused(field(BY_CALLBACK.secret))).not.toBe('opened');
    expect((await world.newUser(first).logIn()).code).toBe(200);
    await field(NEXT).connect();
    first.close();
  });
});

describe('F13: the secret that we prove ourselves with is rotated while peers are notified of ends', () => {
  const ids: string[] = [];
  /** What SAP 2 proves itself with in answer to a peer that knows the next one already. */
  let theirSecret = OPERATOR.secret;
  /** An end whose disconnect needs a new SSP session: the peer has forgotten the earlier ones. */
  async function tellOfAnEnd(): Promise<void> {
    const { serviceID } = OPERATOR;
    const sap1 = new RawSap1(world.service.sspUrl, { serviceID, secret: NEXT, theirSecret }, world.traffic);
    const id = await world.newUser(await sap1.connect()).session();
    ids.push(id);
    door.forgetSessions();
    await world.end(id);
    await pushTo(door, id);
  }

  it('by a peer that learns the new one later, or earlier; nothing is lost', async () => {
    // Since the test above it proves itself with the next one.
    door.secretOfOurs = NEXT;
    await tellOfAnEnd();
    await rotate(OPERATOR.serviceID, 'outbound', 3600);
    theirSecret = NEXT;
    // Not delivered yet: the peer refuses our new secret, and the old one is still valid.
    await tellOfAnEnd();
    expect(door.refusedDigests).toBeGreaterThan(0);
    door.acceptedOfTheirs = [NEXT];
    await tellOfAnEnd();
    await rotate(OPERATOR.serviceID, 'outbound', 0);
    await tellOfAnEnd();
    await until('all of it is settled', async () => {
      const { json } = await admin.ask('GET', `/agreements/${encodeURIComponent(OPERATOR.serviceID)}/state`);
      return (json as { deliveries: { pending: number } }).deliveries.pending === 0;
    });
    expect(ids.map((id) => door.pushesOf(id).length)).toEqual(ids.map(() => 1));
  });
});

describeLog(world);
