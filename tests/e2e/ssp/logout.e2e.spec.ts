import { describe, expect, it } from '@jest/globals';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';

const world = worldForThisFile();

describe('logout (§4.2)', () => {
  it('200, and no request on the session succeeds from then on', async () => {
    const user = world.newUser();
    const id = await user.session();
    const answer = await user.logOut(id);
    expect([answer.kind, answer.code]).toEqual(['Status', 200]);
    expect((await user.keepAlive(id)).code).toBe(604);
    expect((await user.negotiate(id, undefined)).code).toBe(604);
    expect((await user.logIn(`userSessionID="${id}"`)).code).toBe(502);
    expect((await world.service.admin('GET', `/admin/v1/sessions/${id}`)).status).toBe(404);
  });

  it('repeated for a session that this peer closed already: 200', async () => {
    const user = world.newUser();
    const id = await user.session();
    expect((await user.logOut(id)).code).toBe(200);
    expect((await user.logOut(id)).code).toBe(200);
    expect((await user.as({ client: '' }).logOut(id)).code).toBe(200);
  });

  it("604 for an unknown session and another peer's, which lives on", async () => {
    const user = world.newUser();
    const rival = user.as({ sap1: world.rival });
    const id = await user.session();
    expect((await rival.logOut(id)).code).toBe(604);
    for (const unknown of ['00aaaaaaaaaaaaaaaaaaaaaaaa', 'nonsense', id.slice(1), `${id}0`])
      expect((await user.logOut(unknown)).code).toBe(604);
    expect((await user.keepAlive(id)).code).toBe(200);
  });

  it('604 for a session that this peer closed, asked by another', async () => {
    const user = world.newUser();
    const id = await user.session();
    await user.logOut(id);
    expect((await user.as({ sap1: world.rival }).logOut(id)).code).toBe(604);
  });

  it('422 for another user or ClientID; without a ClientID only the user is compared', async () => {
    const user = world.newUser();
    const id = await user.session();
    expect((await world.newUser().logOut(id)).code).toBe(422);
    expect((await user.on('another').logOut(id)).code).toBe(422);
    expect((await user.keepAlive(id)).code).toBe(200);
    expect((await user.as({ client: '', userID: user.userID.toUpperCase() }).logOut(id)).code).toBe(200);
  });

  it('604 for a session that SAP 2 ended', async () => {
    const user = world.newUser();
    const id = await user.session();
    await world.end(id);
    expect((await user.logOut(id)).code).toBe(604);
  });

  it('many at once end it once, each with 200', async () => {
    const user = world.newUser();
    const id = await user.session();
    const answers = await Promise.all(Array.from({ length: 8 }, () => user.logOut(id)));
    expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 200));
  });

  it('ends one session of the user and no other', async () => {
    const user = world.newUser();
    const [first, second] = [await user.session(), await user.on('second').session()];
    expect((await user.logOut(first)).code).toBe(200);
    expect((await user.on('second').keepAlive(second)).code).toBe(200);
  });
});

describeLog(world);
