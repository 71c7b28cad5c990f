import { describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { describeLog, worldForThisFile } from '../../support/service/conformance-world.js';
import type { Answer, RawSap1 } from '../../support/peers/raw-sap1.js';
import { USES } from '../../support/peers/uses-of-a-session.js';

const world = worldForThisFile();

/** Could have been issued, and was not. */
const neverExisted = (id: string): string => id.slice(0, 2) + 'q'.repeat(id.length - 2);

const shapeOf = ({ bytes }: Answer, id: string): string =>
  bytes.replace(/transactionID="[^"]*"/gu, 'transactionID=""').replaceAll(id, 'the session');

describe("V4: another peer's session is as unknown as one that never existed (§7)", () => {
  it.each(Object.keys(USES))('%s', async (use) => {
    const owner = world.newUser();
    const id = await owner.session();
    const thief = owner.as({ sap1: world.rival });
    const request = USES[use] ?? (() => '');
    const theirs = await world.rival.ask(request(thief, id));
    const nobodys = await world.rival.ask(request(thief, neverExisted(id)));
    expect(theirs.code).toBe(use === 'resume' ? 502 : 604);
    expect(shapeOf(theirs, id)).toBe(shapeOf(nobodys, neverExisted(id)));
    const kept = await owner.keepAlive(id);
    expect([kept.code, kept.attribute('keepAliveTime')]).toEqual([200, '3600']);
  });

  it.each(Object.keys(USES))('nor can its end be recognised: %s', async (use) => {
    const owner = world.newUser();
    const [ended, out] = [await owner.session(), await owner.on('out').session()];
    await world.end(ended);
    await owner.on('out').logOut(out);
    const thief = owner.as({ sap1: world.rival });
    for (const id of [ended, out]) {
      const request = USES[use] ?? (() => '');
      const theirs = await world.rival.ask(request(thief, id));
      const nobodys = await world.rival.ask(request(thief, neverExisted(id)));
      expect(shapeOf(theirs, id)).toBe(shapeOf(nobodys, neverExisted(id)));
    }
    expect((await owner.keepAlive(ended)).code).toBe(601);
  });

  it('whatever else the rival knows: user, client, password, cookie', async () => {
    const owner = world.newUser();
    const id = await owner.session('sessionCookie="cookie-of-the-owner" sapEpoch="n:1"');
    const thief = owner.as({ sap1: world.rival });
    const attributes = `userSessionID="${id}" sessionCookie="cookie-of-the-owner" sapEpoch="n:1"`;
    expect((await thief.logIn(attributes)).code).toBe(502);
    const nonce = (await thief.challenge('SHA')).text('Nonce') ?? '';
    expect((await thief.respond('SHA', nonce, attributes)).code).toBe(502);
    expect((await owner.keepAlive(id)).code).toBe(200);
  });

  it('nor by giving itself out for the owner', async () => {
    const owner = world.newUser();
    const id = await owner.session();
    for (const [use, request] of Object.entries(USES)) {
      // What the owner itself would send, over the SSP session of the rival.
      expect([use, (await world.rival.ask(request(owner, id))).code]).toEqual([use, 901]);
    }
    expect((await owner.keepAlive(id)).code).toBe(200);
  });

  it('nor by the SSP session of the owner without its secret', async () => {
    const owner = world.newUser();
    const id = await owner.session();
    const { theirSessionID } = world.operator;
    const thief = Object.assign(world.rival.otherNode(), { sessionID: theirSessionID, theirSessionID });
    const answer = await thief.post(thief.message([['stolen', owner.logoutRequest(id)]]));
    expect(answer.status).toBe(403);
    thief.close();
  });
});

describe('what SAP 2 owes to a peer (§5)', () => {
  const answering = (sap1: RawSap1, transactionID: string): Promise<{ status: number }> =>
    sap1.post(
      sap1.sessionMessage(
        `<Transaction mode="Response" transactionID="${transactionID}"><Status code="200"/></Transaction>`,
      ),
    );

  it('V2: is not settled by the acknowledgement of another', async () => {
    const owner = world.newUser();
    await world.end(await owner.session());
    const client = new Client({ connectionString: world.service.databaseUrl });
    await client.connect();
    const entries = async (): Promise<{ transaction_id: string; state: string }[]> =>
      (
        await client.query('SELECT transaction_id, state FROM disconnect_outbox WHERE user_id = $1', [
          owner.userID,
        ])
      ).rows;
    try {
      const [owed] = await entries();
      expect(owed?.state).toBe('pending');
      expect((await answering(world.rival, owed?.transaction_id ?? '')).status).toBe(202);
      expect(await entries()).toEqual([owed]);
      expect((await answering(world.operator, owed?.transaction_id ?? '')).status).toBe(202);
      expect(await entries()).toEqual([{ ...owed, state: 'acknowledged' }]);
    } finally {
      await client.end();
    }
  });
});

describe('the owner is the peer, on whichever node (§7)', () => {
  it.each(Object.keys(USES))('%s', async (use) => {
    const owner = world.newUser();
    const id = await owner.session();
    const node = await world.sap1().connect();
    const request = USES[use] ?? (() => '');
    expect((await node.ask(request(owner.as({ sap1: node }), id))).code).toBe(200);
  });

  it('a peer is named in any case', async () => {
    const shouting = await world
      .sap1({ serviceID: 'wv:@OPERATOR.Example', secret: world.operator.peer.secret })
      .connect();
    const owner = world.newUser();
    const id = await owner.session();
    expect((await owner.as({ sap1: shouting }).keepAlive(id)).code).toBe(200);
  });
});

describe('one account, however it is written (§4)', () => {
  const spellings = (userID: string): readonly string[] => {
    const bare = userID.slice('wv:'.length);
    return [bare, userID.toUpperCase(), `WV:${bare}`, `${userID}.`, `${userID}/home`, `${bare}/Home/2`];
  };

  it('logs in, and is echoed as it was written', async () => {
    const user = world.newUser();
    for (const userID of spellings(user.userID)) {
      const answer = await user.as({ userID }).logIn();
      expect([userID, answer.code]).toEqual([userID, 200]);
      expect(answer.primitive.child('User')?.attribute('userID')).toBe(userID);
    }
  });

  it('has one session for each client, which all its names may use', async () => {
    const user = world.newUser();
    const id = await user.session();
    for (const userID of spellings(user.userID)) {
      const same = user.as({ userID });
      expect((await same.keepAlive(id)).code).toBe(200);
      expect((await same.logIn(`userSessionID="${id}"`)).userSessionID).toBe(id);
    }
    const next = await user.as({ userID: spellings(user.userID)[1] ?? '' }).session();
    expect((await user.keepAlive(id)).code).toBe(601);
    expect((await user.as({ userID: spellings(user.userID)[4] ?? '' }).logOut(next)).code).toBe(200);
  });

  it('in full-width and other look-alike letters too', async () => {
    const user = world.newUser();
    const id = await user.session();
    const wide = user.userID.replace('user', 'ｕｓｅｒ');
    expect((await user.as({ userID: wide }).keepAlive(id)).code).toBe(200);
    const cyrillic = user.userID.replace('e', 'е');
    expect((await user.as({ userID: cyrillic }).keepAlive(id)).code).toBe(422);
  });
});

describeLog(world);
