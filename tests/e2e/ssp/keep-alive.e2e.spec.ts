import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer, RawSap1 } from '../../support/peers/raw-sap1.js';
import type { RawUser } from '../../support/peers/raw-user.js';

const world = worldForThisFile();

const UNKNOWN = '00aaaaaaaaaaaaaaaaaaaaaaaa';

type Entry = string | readonly [id: string, timeToLive: string];

function batch(entries: readonly Entry[], sap1: RawSap1 = world.operator): Promise<Answer> {
  const list = entries
    .map((entry) => (typeof entry === 'string' ? ([entry] as const) : entry))
    .map(([id, time]) => {
      const timeToLive = time === undefined ? '' : ` timeToLive="${time}"`;
      return `<UserSession userSessionID="${id}"${timeToLive}/>`;
    });
  return sap1.ask(`<UserKeepAliveRequest>${sap1.metaInfo}${list.join('')}</UserKeepAliveRequest>`);
}

/** Sessions of one user, on one client each. */
async function sessionsOf(user: RawUser, count: number, attributes = ''): Promise<string[]> {
  const ids: string[] = [];
  for (let phone = 0; phone < count; phone++) ids.push(await user.on(`phone-${phone}`).session(attributes));
  return ids;
}

/** Children of the answer: sessions whose time is another than that of the whole. */
const exceptionsIn = (answer: Answer): readonly (readonly [string | undefined, string | undefined])[] =>
  answer.primitive
    .all('UserSession')
    .map((session) => [session.attribute('userSessionID'), session.attribute('keepAliveTime')]);

const summaryOf = (answer: Answer): readonly unknown[] => {
  expect(answer.kind).toBe('UserKeepAliveResponse');
  return [answer.code, answer.attribute('keepAliveTime')];
};

describe('a single keep-alive (§4.3)', () => {
  it('200 with the time in force, which it can change', async () => {
    const user = world.newUser();
    const id = await user.session('timeToLive="600"');
    expect(summaryOf(await user.keepAlive(id))).toEqual([200, '600']);
    expect(summaryOf(await user.keepAlive(id, 'timeToLive="900"'))).toEqual([200, '900']);
    expect(summaryOf(await user.keepAlive(id))).toEqual([200, '900']);
  });

  it('timeToLive is brought into 60…86400', async () => {
    const user = world.newUser();
    const id = await user.session();
    for (const [asked, granted] of [
      ['1', '60'],
      ['59', '60'],
      ['60', '60'],
      ['86400', '86400'],
      ['86401', '86400'],
      ['2147483647', '86400'],
    ]) {
      expect(summaryOf(await user.keepAlive(id, `timeToLive="${asked}"`))).toEqual([200, granted]);
    }
  });

  it('605 for a time that is none: the old one stands', async () => {
    const user = world.newUser();
    const id = await user.session('timeToLive="600"');
    expect(summaryOf(await user.keepAlive(id, 'timeToLive="0"'))).toEqual([605, '600']);
    expect(summaryOf(await user.keepAlive(id))).toEqual([200, '600']);
  });

  it('422 for another user or ClientID', async () => {
    const user = world.newUser();
    const id = await user.session();
    expect((await world.newUser().keepAlive(id)).code).toBe(422);
    expect((await user.on('another').keepAlive(id)).code).toBe(422);
  });

  it("601 after an end by SAP 2, 604 for a session that is unknown, another peer's or logged out", async () => {
    const user = world.newUser();
    const [ended, out] = [await user.session(), await user.on('out').session()];
    await world.end(ended);
    await user.on('out').logOut(out);
    const refused = await user.keepAlive(ended);
    expect([refused.kind, refused.code]).toEqual(['UserKeepAliveResponse', 601]);
    expect(refused.attribute('keepAliveTime')).toMatch(/^\d+$/u);
    expect((await user.on('out').keepAlive(out)).code).toBe(604);
    expect((await user.as({ sap1: world.rival }).keepAlive(ended)).code).toBe(604);
    expect((await user.keepAlive(UNKNOWN)).code).toBe(604);
    expect((await user.keepAlive('nonsense')).code).toBe(604);
  });
});

describe('a batch (§4.3)', () => {
  it('200 with the time in force, and children only where it differs', async () => {
    const ids = await sessionsOf(world.newUser(), 3, 'timeToLive="600"');
    const same = await batch(ids);
    expect(summaryOf(same)).toEqual([200, '600']);
    expect([exceptionsIn(same), same.failures]).toEqual([[], {}]);
    const [first = '', second = '', third = ''] = ids;
    const mixed = await batch([first, [second, '700'], third]);
    expect(summaryOf(mixed)).toEqual([200, '600']);
    expect(exceptionsIn(mixed)).toEqual([[second, '700']]);
  });

  it('201 when some failed, each in the DetailedResult of its code', async () => {
    const user = world.newUser();
    const [live = '', ended = '', out = ''] = await sessionsOf(user, 3);
    const foreign = await world.newUser(world.rival).session();
    await world.end(ended);
    await user.as({ client: '' }).logOut(out);
    const answer = await batch([UNKNOWN, ended, live, out, foreign]);
    expect(summaryOf(answer)).toEqual([201, '3600']);
    expect(answer.failures).toEqual({ '601': [ended], '604': [UNKNOWN, out, foreign] });
  });

  it('the common code when all failed alike, 900 when they failed differently', async () => {
    const [ended = ''] = await sessionsOf(world.newUser(), 1);
    await world.end(ended);
    const alike = await batch([UNKNOWN, 'nonsense']);
    expect([alike.code, alike.failures]).toEqual([604, { '604': [UNKNOWN, 'nonsense'] }]);
    const mixed = await batch([UNKNOWN, ended]);
    expect([mixed.code, mixed.failures]).toEqual([900, { '601': [ended], '604': [UNKNOWN] }]);
    expect(mixed.attribute('keepAliveTime')).toMatch(/^\d+$/u);
  });

  it('605 for one entry: its old time stands, and it is kept alive', async () => {
    const [first = '', second = ''] = await sessionsOf(world.newUser(), 2, 'timeToLive="600"');
    const answer = await batch([first, [second, '0']]);
    expect(summaryOf(answer)).toEqual([201, '600']);
    expect(answer.failures).toEqual({ '605': [second] });
    expect(exceptionsIn(answer)).toEqual([]);
  });

  it('names no user, and may have sessions of several users and clients', async () => {
    const ids = [...(await sessionsOf(world.newUser(), 2)), ...(await sessionsOf(world.newUser(), 2))];
    expect((await batch(ids)).code).toBe(200);
  });

  it('holds up to 1000 sessions, of any kind', async () => {
    const user = world.newUser();
    const live = [...(await sessionsOf(user, 8)), ...(await sessionsOf(world.newUser(), 8))];
    const [ended = '', quick = ''] = live.splice(3, 2);
    await world.end(ended);
    const unknown = Array.from(
      { length: 1000 - live.length - 2 },
      (_, index) => UNKNOWN.slice(0, -4) + String(index).padStart(4, '0'),
    );
    const answer = await batch([
      ...live,
      ...unknown.slice(0, 500),
      ended,
      ...unknown.slice(500),
      [quick, '60'],
    ]);
    expect(summaryOf(answer)).toEqual([201, '3600']);
    expect(answer.failures).toEqual({ '601': [ended], '604': unknown });
    expect(exceptionsIn(answer)).toEqual([[quick, '60']]);
  });

  it('of more than 1000, or of none, is refused', async () => {
    const [id = ''] = await sessionsOf(world.newUser(), 1);
    expect([400, 402]).toContain((await batch(Array.from({ length: 1001 }, () => id))).code);
    expect((await batch([])).code).toBe(400);
    expect((await batch(Array.from({ length: 1000 }, () => id))).code).toBe(200);
  });

  it('is not also a single keep-alive: 400', async () => {
    const user = world.newUser();
    const id = await user.session();
    const both = user
      .keepAliveRequest(id)
      .replace('</UserKeepAliveRequest>', `<UserSession userSessionID="${id}"/></UserKeepAliveRequest>`);
    expect((await world.operator.ask(both)).code).toBe(400);
  });

  it("another peer's is of no use: all 604", async () => {
    const ids = await sessionsOf(world.newUser(), 2);
    const answer = await batch(ids, world.rival);
    expect([answer.code, answer.failures]).toEqual([604, { '604': ids }]);
  });
});

describeLog(world);
