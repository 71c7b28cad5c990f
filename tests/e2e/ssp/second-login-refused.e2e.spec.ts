import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import { sortedCodes } from '../../support/peers/raw-sap1.js';

const LIMIT = 3;
const world = worldForThisFile({
  SAP2_SECOND_LOGIN: 'reject',
  SAP2_OVER_LIMIT: 'reject',
  SAP2_SESSIONS_PER_USER: String(LIMIT),
});

describe('where second logins are refused (§4.1)', () => {
  it('603 for the same user and ClientID, and the first session lives on', async () => {
    const user = world.newUser();
    const id = await user.session();
    const refused = await user.logIn();
    expect([refused.code, refused.attribute('userSessionID')]).toEqual([603, undefined]);
    const nonce = (await user.challenge('SHA')).text('Nonce') ?? '';
    expect((await user.respond('SHA', nonce)).code).toBe(603);
    expect((await user.as({ sap1: world.rival }).logIn()).code).toBe(603);
    expect((await user.keepAlive(id)).code).toBe(200);
  });

  it('603 only after authentication: 409 for a wrong password', async () => {
    const user = world.newUser();
    await user.session();
    expect((await user.as({ password: 'guess' }).logIn()).code).toBe(409);
    expect((await user.challenge('SHA')).code).toBe(401);
  });

  it('a resume is no second login', async () => {
    const user = world.newUser();
    const id = await user.session();
    expect((await user.logIn(`userSessionID="${id}"`)).code).toBe(200);
  });

  it('after a logout there is room again', async () => {
    const user = world.newUser();
    await user.logOut(await user.session());
    expect((await user.logIn()).code).toBe(200);
  });

  it('603 over the limit of clients, and all of them live on', async () => {
    const user = world.newUser();
    const ids: string[] = [];
    for (let phone = 0; phone < LIMIT; phone++) ids.push(await user.on(`phone-${phone}`).session());
    expect((await user.on('one-more').logIn()).code).toBe(603);
    const codes = await Promise.all(ids.map((id) => user.as({ client: '' }).keepAlive(id)));
    expect(codes.map(({ code }) => code)).toEqual([200, 200, 200]);
    await user.on('phone-1').logOut(ids[1] ?? '');
    expect((await user.on('one-more').logIn()).code).toBe(200);
  });

  it('V6: one of many at once gets in, and no more than the limit of clients', async () => {
    const user = world.newUser();
    const same = await Promise.all(Array.from({ length: 5 }, () => user.logIn()));
    expect(sortedCodes(same)).toEqual([200, 603, 603, 603, 603]);
    const others = await Promise.all(Array.from({ length: 5 }, (_, phone) => user.on(`p-${phone}`).logIn()));
    expect(sortedCodes(others)).toEqual([200, 200, 603, 603, 603]);
  });

  it('refusals are no failed attempts', async () => {
    const user = world.newUser();
    await user.session();
    for (let i = 0; i < 7; i++) expect((await user.logIn()).code).toBe(603);
  });
});

describeLog(world);
