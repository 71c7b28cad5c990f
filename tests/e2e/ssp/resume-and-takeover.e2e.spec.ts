import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { digestOf, type RawUser } from '../../support/peers/raw-user.js';

const world = worldForThisFile();

const LIMIT = 8;

/** Codes of a keep-alive of each, in order. */
const codesOf = async (user: RawUser, ids: readonly string[]): Promise<number[]> =>
  (await Promise.all(ids.map((id) => user.as({ client: '' }).keepAlive(id)))).map(({ code }) => code);

const live = (count: number): number[] => Array.from({ length: count }, () => 200);

/** What administrators see of it. */
async function sessionAt(id: string): Promise<Record<string, unknown>> {
  const answer = await world.service.admin('GET', `/admin/v1/sessions/${id}`);
  return (await answer.json()) as Record<string, unknown>;
}

describe('resume (§4.1)', () => {
  it('200 with the same id; what the login does not say stays as it was', async () => {
    const user = world.newUser();
    const services = '<Functions><WVCSPFeat><IMFeat/></WVCSPFeat></Functions>';
    const id = await user.session('timeToLive="700" sapEpoch="n:1"', services);
    const before = await sessionAt(id);
    const answer = await user.logIn(`userSessionID="${id}"`);
    expect([answer.code, answer.userSessionID, answer.attribute('keepAliveTime')]).toEqual([200, id, '700']);
    // A resume is a sign of life, so these two move.
    const lives = { expiresAt: expect.any(String), lastKeepAliveAt: expect.any(String) };
    expect(await sessionAt(id)).toEqual({ ...before, ...lives });
    expect(before['agreedServices']).toContain('FWMSG');
  });

  it('by challenge, with another keep-alive time', async () => {
    const user = world.newUser();
    const id = await user.session();
    const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
    const answer = await user.respond('SHA', nonce, `userSessionID="${id}" timeToLive="900"`);
    expect([answer.code, answer.userSessionID, answer.attribute('keepAliveTime')]).toEqual([200, id, '900']);
    expect((await user.keepAlive(id)).attribute('keepAliveTime')).toBe('900');
  });

  it('over another SSP session of the same peer', async () => {
    const user = world.newUser();
    const id = await user.session();
    const node = await world.sap1().connect();
    expect((await user.as({ sap1: node }).logIn(`userSessionID="${id}"`)).userSessionID).toBe(id);
  });

  it('422 for another ClientID or another user of the same peer', async () => {
    const [user, other] = [world.newUser(), world.newUser()];
    const id = await user.session();
    const resume = `userSessionID="${id}"`;
    expect((await user.on('another').logIn(resume)).code).toBe(422);
    expect((await other.logIn(resume)).code).toBe(422);
    expect((await user.keepAlive(id)).code).toBe(200);
  });

  it("502 for a session that is unknown, another peer's, logged out or ended", async () => {
    const user = world.newUser();
    const [out, ended, foreign] = [
      await user.session(),
      await user.on('ended').session(),
      await user.as({ sap1: world.rival }).on('foreign').session(),
    ];
    await user.logOut(out);
    await world.end(ended);
    const resume = async (by: RawUser, id: string): Promise<unknown> => {
      const { code, primitive } = await by.logIn(`userSessionID="${id}"`);
      return [code, primitive.attribute('userSessionID')];
    };
    expect(await resume(user, out)).toEqual([502, undefined]);
    expect(await resume(user.on('ended'), ended)).toEqual([502, undefined]);
    expect(await resume(user.on('foreign'), foreign)).toEqual([502, undefined]);
    expect(await resume(user, '00aaaaaaaaaaaaaaaaaaaaaaaa')).toEqual([502, undefined]);
    expect(await resume(user, 'nonsense')).toEqual([502, undefined]);
    expect(await codesOf(user.as({ sap1: world.rival }), [foreign])).toEqual([200]);
  });

  it('only after full authentication', async () => {
    const user = world.newUser();
    const id = await user.session();
    const resume = `userSessionID="${id}"`;
    expect((await user.as({ password: 'guess' }).logIn(resume)).code).toBe(409);
    expect((await user.as({ password: 'guess' }).logIn('userSessionID="nonsense"')).code).toBe(409);
    const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
    expect((await user.respond('SHA', nonce, resume, digestOf('SHA', nonce, 'guess'))).code).toBe(409);
  });
});

describe('a second login of the same user and ClientID (§4.1)', () => {
  it('takes over: the new session lives, the old one was ended with 601', async () => {
    const user = world.newUser();
    const old = await user.session();
    const id = await user.session();
    expect(id).not.toBe(old);
    expect(await codesOf(user, [old, id])).toEqual([601, 200]);
    expect((await user.negotiate(old, undefined)).code).toBe(601);
    expect((await user.logIn(`userSessionID="${old}"`)).code).toBe(502);
  });

  it('also over another peer, and for the name written otherwise', async () => {
    const user = world.newUser();
    const rival = user.as({ sap1: world.rival, userID: `${user.userID.toUpperCase()}/home` });
    const old = await user.session();
    const id = await rival.session();
    expect(await codesOf(user, [old])).toEqual([601]);
    expect(await codesOf(rival, [id])).toEqual([200]);
  });

  it('leaves one live session of many that log in at once', async () => {
    const user = world.newUser();
    const ids = await Promise.all(Array.from({ length: 5 }, () => user.session()));
    expect(new Set(ids).size).toBe(5);
    expect(await codesOf(user, ids)).toEqual(expect.arrayContaining([200, 601]));
    expect((await codesOf(user, ids)).filter((code) => code === 200)).toHaveLength(1);
  });
});

describe('sessions of one user on many clients (§4.1)', () => {
  it('are parallel, up to 8; one more evicts the oldest with 601', async () => {
    const user = world.newUser();
    const ids: string[] = [];
    for (let phone = 0; phone < LIMIT; phone++) ids.push(await user.on(`phone-${phone}`).session());
    expect(await codesOf(user, ids)).toEqual(live(LIMIT));
    ids.push(await user.on('one-more').session());
    expect(await codesOf(user, ids)).toEqual([601, ...live(LIMIT)]);
    ids.push(await user.on('phone-5').session());
    expect(await codesOf(user, ids)).toEqual([601, ...live(4), 601, ...live(4)]);
  });

  it('V6: never exceed the limit, however many log in at once', async () => {
    const user = world.newUser();
    const ids: string[] = [];
    for (let round = 0; round < 4; round++) {
      const phones = Array.from({ length: 4 }, (_, phone) => user.on(`phone-${round}-${phone}`));
      ids.push(...(await Promise.all(phones.map((phone) => phone.session()))));
    }
    const codes = await codesOf(user, ids);
    expect(codes).toEqual([...Array.from({ length: LIMIT }, () => 601), ...live(LIMIT)]);
  });
});

describeLog(world);
