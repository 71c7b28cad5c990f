import { describe, expect, it } from '@jest/globals';
import { codeIn } from '../../support/peers/raw-handset.js';
import { AdminClient } from '../../support/service/admin-client.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({
  clientProfiles: [{ clientID: 'http://old.example/', challengeCode: 200 }],
});

describe('a login through the gateway', () => {
  it('with a wrong password and of an unknown user get the same answer', async () => {
    const handset = world.newHandset();
    const stranger = world.handset({
      userID: 'wv:nemo@provider.example',
      password: 'x',
      client: handset.client,
    });
    const wrong = await handset.say(
      handset.loginRequest({ scheme: 'password', password: 'wrong' }),
      undefined,
    );
    const unknown = await stranger.say(
      stranger.loginRequest({ scheme: 'password', password: 'x' }),
      undefined,
    );
    expect(codeIn(wrong)).toBe(409);
    expect(unknown).toEqual(wrong);
  });

  it('of a suspended user gets 403', async () => {
    const handset = world.newHandset();
    const path = `/users/${encodeURIComponent(handset.userID)}/suspend`;
    const body = { reason: 'a test' };
    expect((await new AdminClient(world.service.adminUrl).ask('POST', path, { body })).status).toBe(200);
    expect(await handset.login()).toBe(403);
  });

  it('of a domain that no SAP 2 serves gets 516', async () => {
    const handset = world.handset({ userID: 'wv:alice@nowhere.example', password: 'x' });
    expect(await handset.login()).toBe(516);
  });

  it('without a domain goes to the default domain', async () => {
    const known = world.newHandset();
    const name = known.userID.slice(0, known.userID.indexOf('@'));
    const handset = world.handset({ userID: name, password: `${name.slice('wv:'.length)}-password` });
    expect(await handset.login()).toBe(200);
  });

  it('with a resource goes to its domain, or to the default domain', async () => {
    const known = world.newHandset();
    const password = passwordOf(known.userID);
    const [name = ''] = known.userID.split('@');
    for (const userID of [`${known.userID}/phone`, `${name}/phone`]) {
      const handset = world.handset({ userID, password });
      expect(await handset.login()).toBe(200);
      const { status } = await world.service.admin('GET', `/admin/v1/sessions/${handset.sessionID}`);
      expect(status).toBe(200);
      expect(await handset.say({ kind: 'GetSPInfo-Request', clientID: undefined })).toMatchObject({
        primitive: { kind: 'GetSPInfo-Response' },
      });
    }
  });

  it('without any credential gets 400', async () => {
    const handset = world.newHandset();
    const answer = await handset.say(handset.loginRequest({ scheme: 'none' }), undefined);
    expect([answer?.primitive.kind, codeIn(answer)]).toEqual(['Status', 400]);
  });

  it.each(['MD5', 'SHA', 'SHA-256'])('four-way with %s', async (schema) => {
    const handset = world.newHandset();
    expect(await handset.loginDigest('PWD', 'MD4', schema)).toBe(200);
    expect(await handset.keepAlive()).toBe(200);
  });

  it('four-way without a known schema gets 543', async () => {
    const handset = world.newHandset();
    expect(await handset.challenge('PWD', 'MD4', 'MD6')).toMatchObject({ code: 543, nonce: undefined });
  });

  it('four-way gets 401 with the challenge, or 200 if its profile says so', async () => {
    expect(await world.newHandset().challenge('MD5')).toMatchObject({ code: 401, digestSchema: 'MD5' });
    const old = world.newHandset({ client: 'http://old.example/1' });
    expect(await old.challenge('MD5')).toMatchObject({ code: 200, digestSchema: 'MD5' });
  });

  it('a nonce is gone on use: the same digest again gets a fresh challenge', async () => {
    const handset = world.newHandset();
    const { nonce = '' } = await handset.challenge('MD5');
    expect(await handset.respond(nonce, 'MD5', 'wrong')).toBe(409);
    const again = handset.loginRequest({ scheme: 'digest', digestBytes: handset.digest(nonce, 'MD5') });
    const answer = (await handset.say(again, undefined))?.primitive;
    expect(answer).toMatchObject({ kind: 'Login-Response', result: { code: 401 }, digestSchema: 'MD5' });
    const fresh = answer?.kind === 'Login-Response' ? (answer.nonce ?? '') : '';
    expect(fresh).not.toBe(nonce);
    expect(await handset.respond(fresh, 'MD5')).toBe(200);
  });

  it('two users with the same ClientID do not disturb each other between the phases', async () => {
    const [one, other] = ['one', 'other'].map(() => world.newHandset({ client: 'the-same-in-all-handsets' }));
    const first = await one?.challenge('MD5');
    await other?.challenge('MD5');
    expect(await one?.respond(first?.nonce ?? '', 'MD5')).toBe(200);
  });

  it('with a SessionID resumes it; an unknown one gets 502', async () => {
    const handset = world.newHandset();
    await handset.login();
    const { sessionID = '' } = handset;
    const credential = { scheme: 'password', password: passwordOf(handset.userID) } as const;
    const resume = (id: string) =>
      handset.say(handset.loginRequest(credential, { sessionID: id }), undefined);
    expect(await resume(sessionID)).toMatchObject({
      primitive: { kind: 'Login-Response', result: { code: 200 }, sessionID },
    });
    expect(await handset.keepAlive()).toBe(200);
    expect(codeIn(await resume('00unknownunknownunknownunknown'))).toBe(502);
  });

  it('the same bytes again get the same answer, and no second session', async () => {
    const handset = world.newHandset();
    const credential = { scheme: 'password', password: passwordOf(handset.userID) } as const;
    const bytes = handset.request(handset.loginRequest(credential), undefined);
    const answers = await Promise.all([handset.post(bytes), handset.post(bytes)]);
    answers.push(await handset.post(bytes));
    const [first, ...later] = answers.map((answer) => answer.bytes.toString());
    expect(first).toContain('<SessionID>');
    expect(later).toEqual([first, first]);
  });

  it('the answer to a login is not repeated when something newer has come', async () => {
    const handset = world.newHandset();
    const credential = { scheme: 'password', password: passwordOf(handset.userID) } as const;
    const bytes = handset.request(handset.loginRequest(credential), undefined);
    const first = await handset.post(bytes);
    const login = handset.read(first)?.primitive;
    handset.sessionID = login?.kind === 'Login-Response' ? login.sessionID : undefined;
    expect(await handset.keepAlive()).toBe(200);
    expect((await handset.post(bytes)).bytes.equals(first.bytes)).toBe(false);
  });
});

const passwordOf = (userID: string): string => `${/user-\d+/.exec(userID)?.[0]}-password`;
