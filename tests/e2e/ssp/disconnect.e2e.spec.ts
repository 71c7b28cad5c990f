import { describe, expect, it } from '@jest/globals';
import { describeLog, OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { NAMESPACE, type RawSap1 } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';
import { peer, pushTo, worldWithDoors } from '../../support/service/world-with-doors.js';

const PROVIDER = 'wv:@provider.example';
const OTHER_NAMESPACE = 'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3';
const OTHER = peer('other');
const SESSIONS_PER_USER = 3;

const { world, door, connected } = worldWithDoors(
  [OPERATOR, RIVAL, OTHER],
  {
    SAP2_KEEP_ALIVE_MIN_S: '1',
    SAP2_KEEP_ALIVE_GRACE_S: '0',
    SAP2_SWEEP_INTERVAL_MS: '50',
    SAP2_SESSIONS_PER_USER: String(SESSIONS_PER_USER),
  },
  { [OTHER.serviceID]: { namespace: OTHER_NAMESPACE } },
);

async function userOf(of = OPERATOR): Promise<RawUser> {
  return world.newUser(await connected(of));
}

async function endedByAdministrator(user: RawUser): Promise<string> {
  const id = await user.session();
  await world.end(id);
  return id;
}

const emptySync = (sap1: RawSap1, epoch: string): string =>
  `<UserKeepAliveRequest sync="Yes" syncID="all-lost" part="1" parts="1" sapEpoch="${epoch}">${sap1.metaInfo}</UserKeepAliveRequest>`;

/** Every way in which SAP 2 ends a session, and what it tells of it. */
const ENDS: Readonly<Record<string, (user: RawUser) => Promise<string>>> = {
  'expiry: 600': (user) => user.session('timeToLive="1"'),
  'an administrator: 601': endedByAdministrator,
  'a newer login of the same client: 601': async (user) => {
    const id = await user.session();
    await user.session();
    return id;
  },
  'a newer login over another peer: 601': async (user) => {
    const id = await user.session();
    await user.as({ sap1: world.rival }).session();
    return id;
  },
  'one client too many: 601': async (user) => {
    const id = await user.session();
    for (let phone = 0; phone < SESSIONS_PER_USER; phone++) await user.on(`p-${phone}`).session();
    return id;
  },
  'a sync that left it out: 601': async (user) => {
    const id = await user.session('sapEpoch="cause:1"');
    await user.sap1.ask(emptySync(user.sap1, 'cause:2'));
    return id;
  },
};

describe('a disconnect (§5)', () => {
  it('says which session ended, of whom, and why', async () => {
    const client =
      '<ClientID url="a&amp;b" msisdn="+123">text<ApplicationID applicationID="chat"/></ClientID>';
    const user = (await userOf()).as({ client });
    const written = user.as({ userID: `${user.userID.toUpperCase()}/Home` });
    const id = await endedByAdministrator(written);
    const { request, transactionID } = await pushTo(door(OPERATOR), id);
    expect(transactionID).toMatch(/^.{1,50}$/u);
    expect(request.outline).toBe(
      'MetaInfo(Requestor) User(ClientID(ApplicationID)) Status(StatusDescription)',
    );
    expect(request.attribute('userSessionID')).toBe(id);
    const metaInfo = request.child('MetaInfo');
    expect(metaInfo?.attribute('clientOriginated')).toBe('No');
    expect(metaInfo?.onlyChild.attribute('serviceID')).toBe(PROVIDER);
    const told = request.child('User');
    expect(told?.attribute('userID')).toBe(written.userID);
    expect(['url', 'msisdn'].map((name) => told?.onlyChild.attribute(name))).toEqual(['a&b', '+123']);
    expect(told?.onlyChild.text).toBe('text');
    expect(told?.onlyChild.onlyChild.attribute('applicationID')).toBe('chat');
    const status = request.child('Status');
    expect(status?.attribute('code')).toBe('601');
    expect(status?.child('StatusDescription')?.text).not.toBe('');
  });

  it('travels under the session id of SAP 2, in the namespace of the agreement', async () => {
    const seen = [OPERATOR, OTHER].map(async (of) => {
      const user = await userOf(of);
      await pushTo(door(of), await endedByAdministrator(user));
      const [{ message, theirSessionID } = {}] = door(of).messages.slice(-1);
      return [message?.namespace, theirSessionID === user.sap1.theirSessionID];
    });
    expect(await Promise.all(seen)).toEqual([
      [NAMESPACE, true],
      [OTHER_NAMESPACE, true],
    ]);
  });

  it.each(Object.keys(ENDS))('notifies the owner and no other peer of an end by %s', async (end) => {
    const user = await userOf();
    const id = (await ENDS[end]?.(user)) ?? '';
    const { code } = await pushTo(door(OPERATOR), id);
    expect(code).toBe(Number(end.slice(-3)));
    expect([RIVAL, OTHER].flatMap((of) => door(of).pushesOf(id))).toEqual([]);
    expect((await user.keepAlive(id)).code).toBe(code);
  });

  it('is not sent for a logout', async () => {
    const user = await userOf();
    const out = await user.on('out').session();
    await user.on('out').logOut(out);
    await pushTo(door(OPERATOR), await endedByAdministrator(user));
    expect(door(OPERATOR).pushesOf(out)).toEqual([]);
  });

  it('comes after the login answer that made the session known', async () => {
    const user = await userOf();
    const known = new Set<string>();
    const inTime = new Map<string, boolean>();
    door(OPERATOR).answer = ({ pushes }) => {
      for (const { userSessionID } of pushes) inTime.set(userSessionID, known.has(userSessionID));
      return undefined;
    };
    await Promise.all(Array.from({ length: 5 }, async () => known.add(await user.session())));
    await until('all but the last', () => [...known].filter((id) => inTime.has(id)).length === 4);
    door(OPERATOR).answer = () => undefined;
    expect([...known].map((id) => String(inTime.get(id) ?? 'live')).toSorted()).toEqual([
      'live',
      'true',
      'true',
      'true',
      'true',
    ]);
  });

  it('is nothing that a peer may forge for SAP 2', async () => {
    const user = await userOf();
    const id = await user.session();
    const forged = `<Transaction mode="Response" transactionID="x"><Status code="200"/></Transaction>`;
    const answer = await world.rival.post(world.rival.sessionMessage(forged));
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect((await user.keepAlive(id)).code).toBe(200);
  });

  it('has come once for each end, since each was acknowledged', () => {
    for (const one of [OPERATOR, RIVAL, OTHER]) {
      const ids = door(one).pushes.map(({ userSessionID }) => userSessionID);
      expect(new Set(ids).size).toBe(ids.length);
      const transactions = door(one).pushes.map(({ transactionID }) => transactionID);
      expect(new Set(transactions).size).toBe(ids.length);
      expect(door(one).faults).toEqual([]);
    }
  });
});

describeLog(world);
