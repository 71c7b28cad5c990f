import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { CONFORMANCE_SEED, describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer, RawSap1 } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const WHOLE = { serviceID: 'wv:@whole.example', secret: 'whole-secret-0003' };
const world = worldForThisFile(
  {},
  {
    ...CONFORMANCE_SEED,
    agreements: [
      ...CONFORMANCE_SEED.agreements,
      {
        serviceID: WHOLE.serviceID,
        sharedSecret: WHOLE.secret,
        domains: ['provider.example'],
        allowPasswordOverHttp: true,
      },
    ],
  },
);

interface Part {
  readonly epoch: string;
  readonly ids?: readonly string[];
  readonly syncID?: string;
  readonly part?: number;
  readonly parts?: number;
}

function sync(
  { epoch, ids = [], syncID = newName(), part = 1, parts = 1 }: Part,
  sap1: RawSap1 = world.operator,
): Promise<Answer> {
  const list = ids.map((id) => `<UserSession userSessionID="${id}"/>`).join('');
  return sap1.ask(
    `<UserKeepAliveRequest sync="Yes" syncID="${syncID}" part="${part}" parts="${parts}" sapEpoch="${epoch}">${sap1.metaInfo}${list}</UserKeepAliveRequest>`,
  );
}

/** Of a node or a sync that no other test knows. */
const newName = (): string => `n-${randomBytes(6).toString('hex')}`;

interface Held {
  readonly id: string;
  readonly user: RawUser;
}

/** A session that SAP 1 holds under an epoch, on a user of its own. */
async function held(epoch: string | undefined, sap1?: RawSap1): Promise<Held> {
  const user = world.newUser(sap1);
  return { user, id: await user.session(epoch === undefined ? '' : `sapEpoch="${epoch}"`) };
}

/** A look that does not keep it alive under another epoch; 404 once it is ended. */
const isLive = async ({ id }: Held): Promise<boolean> =>
  (await world.service.admin('GET', `/admin/v1/sessions/${id}`)).status === 200;

const liveOf = (...sessions: readonly Held[]): Promise<boolean[]> => Promise.all(sessions.map(isLive));

describe('sync (§4.3)', () => {
  it('keeps alive what is listed, and closes with 601 what is of another incarnation and left out', async () => {
    const node = newName();
    const [kept, lost] = [await held(`${node}:1`), await held(`${node}:1`)];
    const answer = await sync({ epoch: `${node}:2`, ids: [kept.id] });
    expect([answer.kind, answer.code, answer.attribute('keepAliveTime')]).toEqual([
      'UserKeepAliveResponse',
      200,
      '3600',
    ]);
    expect((await kept.user.keepAlive(kept.id)).code).toBe(200);
    expect((await lost.user.keepAlive(lost.id)).code).toBe(601);
  });

  it('spares what was used less than 120 s before, under the same epoch', async () => {
    const epoch = `${newName()}:1`;
    const young = await held(epoch);
    expect((await sync({ epoch })).code).toBe(200);
    expect(await liveOf(young)).toEqual([true]);
  });

  it('what is listed belongs to the new incarnation from then on', async () => {
    const node = newName();
    const session = await held(`${node}:1`);
    await sync({ epoch: `${node}:2`, ids: [session.id] });
    await sync({ epoch: `${node}:2` });
    expect(await liveOf(session)).toEqual([true]);
    await sync({ epoch: `${node}:3` });
    expect(await liveOf(session)).toEqual([false]);
  });

  it('so does what a new incarnation resumed', async () => {
    const node = newName();
    const session = await held(`${node}:1`);
    await session.user.logIn(`userSessionID="${session.id}" sapEpoch="${node}:2"`);
    await sync({ epoch: `${node}:2` });
    expect(await liveOf(session)).toEqual([true]);
  });

  it("says what is listed and not live or not the peer's", async () => {
    const node = newName();
    const [live, ended] = [await held(`${node}:1`), await held(`${node}:1`)];
    const foreign = await held(`${node}:1`, world.rival);
    await world.end(ended.id);
    const answer = await sync({ epoch: `${node}:1`, ids: [live.id, ended.id, foreign.id, 'nonsense'] });
    expect([answer.code, answer.failures]).toEqual([
      201,
      { '601': [ended.id], '604': [foreign.id, 'nonsense'] },
    ]);
    expect(await liveOf(live, foreign)).toEqual([true, true]);
  });

  it('with one part and no entry means that everything was lost', async () => {
    const node = newName();
    const sessions = [await held(`${node}:1`), await held(`${node}:1`), await held(`${node}:2`)];
    const answer = await sync({ epoch: `${node}:3` });
    expect([answer.code, answer.failures]).toEqual([200, {}]);
    for (const { user, id } of sessions) expect((await user.keepAlive(id)).code).toBe(601);
  });

  it('touches no other node, and nothing that names none', async () => {
    const node = newName();
    const others = [
      await held(`${newName()}:1`),
      await held(`${node}-b:1`),
      await held(`${node.toUpperCase()}:1`),
      await held(node),
      await held(undefined),
    ];
    await sync({ epoch: `${node}:2` });
    expect(await liveOf(...others)).toEqual([true, true, true, true, true]);
  });

  it('touches no other peer, whatever it calls its nodes', async () => {
    const node = newName();
    const [ours, theirs] = [await held(`${node}:1`), await held(`${node}:1`, world.rival)];
    await sync({ epoch: `${node}:2` });
    expect(await liveOf(ours, theirs)).toEqual([false, true]);
  });

  it('under an epoch that names no node is about all sessions of the peer', async () => {
    const whole = await world.sap1(WHOLE).connect();
    const node = newName();
    const sessions = [
      await held('boot-1', whole),
      await held('boot-2', whole),
      await held(`${node}:1`, whole),
      await held(undefined, whole),
    ];
    await sync({ epoch: 'boot-2' }, whole);
    expect(await liveOf(...sessions)).toEqual([false, true, false, true]);
  });
});

describe('a sync in parts (§4.3)', () => {
  it.each([
    ['in their order', [1, 2, 3]],
    ['in another order', [3, 1, 2]],
    ['with repetitions', [1, 1, 3, 3, 1, 2]],
  ])('closes nothing until all are in: %s', async (_, order) => {
    const node = newName();
    const listed = [await held(`${node}:1`), await held(`${node}:1`), await held(`${node}:1`)];
    const lost = await held(`${node}:1`);
    const syncID = newName();
    for (const [index, part] of order.entries()) {
      expect([index, ...(await liveOf(lost))]).toEqual([index, true]);
      const ids = [listed[part - 1]?.id ?? ''];
      expect((await sync({ epoch: `${node}:2`, syncID, part, parts: 3, ids })).code).toBe(200);
    }
    expect(await liveOf(...listed, lost)).toEqual([true, true, true, false]);
  });

  it('all at once', async () => {
    const node = newName();
    const listed = [await held(`${node}:1`), await held(`${node}:1`), await held(`${node}:1`)];
    const lost = await held(`${node}:1`);
    const syncID = newName();
    await Promise.all(
      listed.map(({ id }, index) =>
        sync({ epoch: `${node}:2`, syncID, part: index + 1, parts: listed.length, ids: [id] }),
      ),
    );
    expect(await liveOf(...listed, lost)).toEqual([true, true, true, false]);
  });

  it('parts of different sets make no whole one', async () => {
    const node = newName();
    const lost = await held(`${node}:1`);
    const syncID = newName();
    await sync({ epoch: `${node}:2`, syncID, part: 1, parts: 2 });
    await sync({ epoch: `${node}:2`, syncID: newName(), part: 2, parts: 2 });
    await sync({ epoch: `${node}:3`, syncID, part: 2, parts: 2 });
    await sync({ epoch: `${node}:2`, syncID, part: 2, parts: 2 }, world.rival);
    expect(await liveOf(lost)).toEqual([true]);
    await sync({ epoch: `${node}:2`, syncID, part: 2, parts: 2 });
    expect(await liveOf(lost)).toEqual([false]);
  });

  it('said again after it was complete closes nothing more', async () => {
    const node = newName();
    const syncID = newName();
    await sync({ epoch: `${node}:2`, syncID });
    const later = await held(`${node}:1`);
    await sync({ epoch: `${node}:2`, syncID });
    expect(await liveOf(later)).toEqual([true]);
  });
});

describeLog(world);
