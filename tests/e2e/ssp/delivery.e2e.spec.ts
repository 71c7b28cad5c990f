import { describe, expect, it } from '@jest/globals';
import { describeLog, OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { acknowledge, type DoorAnswer, type PushedMessage } from '../../support/peers/push-door.js';
import type { RawPeer } from '../../support/peers/raw-http.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';
import { peer, pushTo, worldWithDoors } from '../../support/service/world-with-doors.js';

/** Answers after which a peer gets the disconnect again, each from a separate peer. */
const FAULTS: Readonly<Record<string, (pushed: PushedMessage, ours: string) => DoorAnswer>> = {
  'http-500': () => ({ httpStatus: 500, body: 'broken' }),
  'http-404': () => ({ httpStatus: 404 }),
  silence: () => ({ httpStatus: 'never' }),
  'status-500': ({ pushes }, ours) => acknowledge(ours, pushes, 500),
  'status-403': ({ pushes }, ours) => acknowledge(ours, pushes, 403),
  'no-transaction': (_, ours) => acknowledge(ours, [], 200),
  'another-session': ({ pushes }) => acknowledge('stranger@example', pushes, 200),
  html: () => ({ httpStatus: 200, body: '<html><body>Welcome</body></html>' }),
  empty: () => ({ httpStatus: 200, body: '' }),
  redirect: () => ({ httpStatus: 307, headers: { Location: `${door(OPERATOR).url}?redirected` } }),
};
const FAULTY = Object.keys(FAULTS);

const FLOOD = peer('flood');
const DEAD = peer('dead');
const IDLE = peer('idle');
const FORGETFUL = peer('forgetful');
const BUSY = peer('busy');
const BROKEN = peer('broken');
const BLANK = peer('blank');
const PEERS = [OPERATOR, RIVAL, FLOOD, DEAD, IDLE, FORGETFUL, BUSY, BROKEN, BLANK, ...FAULTY.map(peer)];
const SESSIONS_PER_USER = 20;

const { world, door, connected } = worldWithDoors(PEERS, {
  SAP2_SESSIONS_PER_USER: String(SESSIONS_PER_USER),
  SAP2_PUSH_DEADLINE_MS: '2000',
});

async function userOf(of: RawPeer): Promise<RawUser> {
  return world.newUser(await connected(of));
}

/** Tells of an end, the first answers being these; then 200. @returns the id of the session */
async function endedAt(
  of: RawPeer,
  ...answers: readonly ((pushed: PushedMessage, ours: string) => DoorAnswer)[]
): Promise<string> {
  const user = await userOf(of);
  const id = await user.session();
  const left = [...answers];
  door(of).answer = (pushed, ours) => left.shift()?.(pushed, ours);
  await world.end(id);
  await pushTo(door(of), id);
  // Final at once, whatever the peer answers.
  expect((await user.keepAlive(id)).code).toBe(601);
  return id;
}

const withStatus =
  (code: number) =>
  ({ pushes }: PushedMessage, ours: string): DoorAnswer =>
    acknowledge(ours, pushes, code);

describe('at least once (§5)', () => {
  it.concurrent('again, with the same transactionID, after anything but an acknowledgement', async () => {
    const seen = FAULTY.map(async (name) => {
      const fault = FAULTS[name] ?? withStatus(500);
      const id = await endedAt(peer(name), fault);
      await pushTo(door(peer(name)), id, 2);
      const ids = door(peer(name))
        .pushesOf(id)
        .map(({ transactionID }) => transactionID);
      return [name, ids.length, new Set(ids).size];
    });
    expect(await Promise.all(seen)).toEqual(FAULTY.map((name) => [name, 2, 1]));
  });

  it.concurrent('with a longer pause each time', async () => {
    const id = await endedAt(BUSY, withStatus(503), withStatus(503));
    await pushTo(door(BUSY), id, 3);
    const [first = 0, second = 0, third = 0] = door(BUSY)
      .pushesOf(id)
      .map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThan(700);
    expect(third - second).toBeGreaterThan(1400);
  });

  it.concurrent('Status 604, not known there, is as good as 200', async () => {
    const id = await endedAt(BLANK, withStatus(604));
    const later = await endedAt(BLANK, withStatus(503));
    await pushTo(door(BLANK), later, 2);
    expect(door(BLANK).pushesOf(id)).toHaveLength(1);
  });

  it.concurrent('another peer cannot acknowledge it', async () => {
    const id = await endedAt(BROKEN, () => ({ httpStatus: 500 }));
    const [{ transactionID } = { transactionID: '' }] = door(BROKEN).pushesOf(id);
    const forged = `<Transaction mode="Response" transactionID="${transactionID}"><Status code="200"/></Transaction>`;
    expect((await world.rival.post(world.rival.sessionMessage(forged))).status).toBe(202);
    await pushTo(door(BROKEN), id, 2);
  });

  it.concurrent('a peer that is down delays no other peer', async () => {
    door(DEAD).close();
    const user = await userOf(DEAD);
    for (let phone = 0; phone < 5; phone++) await world.end(await user.on(`p-${phone}`).session());
    await endedAt(OPERATOR);
    expect(door(DEAD).pushes).toEqual([]);
  });

  it.concurrent('several share a message, of up to 500', async () => {
    const sap1 = await connected(FLOOD);
    const users = Array.from({ length: 26 }, () => world.newUser(sap1));
    const ids: string[] = [];
    for (let phone = 0; phone < SESSIONS_PER_USER; phone++) {
      const logins = users.map((user) => user.on(`p-${phone}`).passwordRequest('sapEpoch="f:1"'));
      const answers = await sap1.askAll(logins.map((login) => [sap1.nextTransactionID(), login]));
      ids.push(...answers.map(({ userSessionID }) => userSessionID));
    }
    await sap1.ask(
      `<UserKeepAliveRequest sync="Yes" syncID="flood" part="1" parts="1" sapEpoch="f:2">${sap1.metaInfo}</UserKeepAliveRequest>`,
    );
    const { pushes, messages } = await until('all of them', () => {
      return door(FLOOD).pushes.length >= ids.length && door(FLOOD);
    });
    expect(pushes.map(({ userSessionID }) => userSessionID).toSorted()).toEqual(ids.toSorted());
    expect(new Set(pushes.map(({ transactionID }) => transactionID)).size).toBe(ids.length);
    const longest = Math.max(...messages.map((message) => message.pushes.length));
    expect(longest).toBeGreaterThan(1);
    expect(longest).toBeLessThanOrEqual(500);
  });
});

describe('the SSP session for it (§3, §5)', () => {
  it('is the one that is up', async () => {
    await endedAt(RIVAL);
    expect(door(RIVAL).setUps).toEqual([]);
  });

  it('is set up by SAP 2 when there is none, and serves both directions', async () => {
    const user = await userOf(IDLE);
    const id = await user.session();
    await user.sap1.ask('<LogoutRequest/>');
    await world.end(id);
    await pushTo(door(IDLE), id);
    expect(door(IDLE).setUps).toHaveLength(1);
    const [sessionID = ''] = door(IDLE).setUps;
    const theirSessionID = door(IDLE).theirIDOf(sessionID);
    expect(door(IDLE).messages.at(-1)?.theirSessionID).toBe(theirSessionID);
    const back = Object.assign(world.sap1(IDLE), { sessionID, theirSessionID });
    expect((await user.as({ sap1: back }).logIn()).code).toBe(200);
  });

  it('is set up anew after HTTP 403', async () => {
    const user = await userOf(FORGETFUL);
    const id = await user.session();
    door(FORGETFUL).forgetSessions();
    await world.end(id);
    await pushTo(door(FORGETFUL), id);
    expect(door(FORGETFUL).setUps).toHaveLength(1);
  });

  it('SAP 2 sent nothing to a path that the binding does not have', () => {
    expect(PEERS.map(door).flatMap(({ faults }) => faults)).toEqual([]);
  });
});

describeLog(world);
