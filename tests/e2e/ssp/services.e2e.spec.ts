import { describe, expect, it } from '@jest/globals';
import {
  CONFORMANCE_SEED,
  describeLog,
  OPERATOR,
  RIVAL,
  worldForThisFile,
} from '../../support/service/conformance-world.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { RawUser } from '../../support/peers/raw-user.js';

const LOGO = Buffer.from('a picture').toString('base64');
const [first, ...others] = CONFORMANCE_SEED.domains;

/** No lists, no messages to be fetched; no groups. */
const OFFER = ['FundamentalFeat', 'PresenceAuthFunc', 'PresenceDeliverFunc', 'IMSendFunc', 'SETD', 'GETM'];

const world = worldForThisFile(
  {},
  {
    ...CONFORMANCE_SEED,
    domains: [
      ...(first === undefined ? [] : [first]),
      ...others,
      {
        name: 'picture.example',
        spInfo: { name: 'Picture', logo: { contentType: 'image/png', content: LOGO } },
      },
      { name: 'small.example', services: OFFER },
    ],
    agreements: [OPERATOR, RIVAL].map(({ serviceID, secret }) => ({
      serviceID,
      sharedSecret: secret,
      domains: ['provider.example', 'silent.example', 'picture.example', 'small.example'],
      allowPasswordOverHttp: true,
      ...(serviceID === RIVAL.serviceID ? { services: ['PresenceFeat'] } : {}),
    })),
    users: [
      ...CONFORMANCE_SEED.users,
      ...['1.1', '1.2', '1.3', 'rival'].map((name) => ({
        userID: `wv:carl-${name}@small.example`,
        password: 'carls-password',
      })),
    ],
  },
);

const spInfo = (domain: string, metaInfo = world.operator.metaInfo): string =>
  `<GetSPInfoRequest serviceID="wv:@${domain}">${metaInfo}</GetSPInfoRequest>`;

describe('GetSPInfo (§4.4)', () => {
  it('tells name, description and URL; no user session is needed', async () => {
    for (const metaInfo of [world.operator.metaInfo, world.newUser().metaInfo]) {
      const answer = await world.operator.ask(spInfo('provider.example', metaInfo));
      expect([answer.kind, answer.code]).toEqual(['GetSPInfoResponse', 200]);
      expect(['Name', 'Description', 'URL'].map((name) => answer.text(name))).toEqual([
        'Example Messaging',
        'Chat <for> everyone',
        'https://provider.example',
      ]);
      expect(answer.primitive.child('Logo')).toBeUndefined();
    }
  });

  it('leaves out what there is not, and gives the logo in base64', async () => {
    const { primitive } = await world.operator.ask(spInfo('PICTURE.example'));
    expect(primitive.outline).toBe('Status(StatusDescription) Name Logo');
    const logo = primitive.child('Logo');
    expect([logo?.attribute('contentType'), logo?.attribute('encoding'), logo?.text]).toEqual([
      'image/png',
      'base64',
      LOGO,
    ]);
  });

  it.each([
    ['silent.example', 404, 'there is nothing to tell'],
    ['nowhere.example', 516, 'it is not served here'],
    ['elsewhere.example', 403, 'it is not in the agreement'],
  ])('%s: %d, since %s', async (domain, code) => {
    const answer = await world.operator.ask(spInfo(domain));
    expect([answer.code, answer.text('Name')]).toEqual([code, undefined]);
  });
});

const carl = (version: string, sap1: RawSap1 = world.operator): RawUser =>
  new RawUser(sap1, `wv:carl-${version}@small.example`, 'carls-password');
const feat = (tree: string): string => `<WVCSPFeat>${tree}</WVCSPFeat>`;

async function session(version: '1.1' | '1.2' | '1.3'): Promise<{ user: RawUser; id: string }> {
  const user = carl(version);
  return { user, id: await user.session(`cspVersion="${version}"`) };
}

/** What is stored with the session, as administrators see it. */
async function agreedOf(id: string): Promise<readonly string[]> {
  const answer = await world.service.admin('GET', `/admin/v1/sessions/${id}`);
  const { agreedServices } = (await answer.json()) as { agreedServices: string[] };
  return agreedServices.toSorted();
}

describe('service negotiation (§4.5)', () => {
  it('200 without Functions when all that was asked for is available', async () => {
    const { user, id } = await session('1.2');
    const answer = await user.negotiate(id, feat('<PresenceFeat><PresenceDeliverFunc/></PresenceFeat>'));
    expect([answer.kind, answer.code]).toEqual(['UserServiceResponse', 200]);
    expect(answer.primitive.outline).toBe('Status(StatusDescription)');
    expect(await agreedOf(id)).toEqual(['GETPR', 'UPDPR']);
  });

  it('tells what is not available, and nothing else', async () => {
    const { user, id } = await session('1.2');
    const tree =
      '<IMFeat><IMSendFunc><MDELIV/></IMSendFunc><IMReceiveFunc><SETD/><GETLM/><NEWM/></IMReceiveFunc></IMFeat>';
    const answer = await user.negotiate(id, feat(tree));
    expect([answer.code, answer.primitive.child('Functions')?.outline]).toEqual([
      200,
      'WVCSPFeat(IMFeat(IMReceiveFunc(GETLM NEWM)))',
    ]);
    expect(await agreedOf(id)).toEqual(['MDELIV', 'SETD']);
  });

  it('an empty element asks for the whole branch, and in the answer says that all of it is denied', async () => {
    const { user, id } = await session('1.2');
    const answer = await user.negotiate(
      id,
      feat('<PresenceFeat/><IMFeat><IMReceiveFunc/></IMFeat><GroupFeat/>'),
    );
    expect(answer.primitive.child('Functions')?.outline).toBe(
      'WVCSPFeat(PresenceFeat(ContListFunc AttListFunc) IMFeat(IMReceiveFunc(GETLM REJCM NOTIF NEWM)) GroupFeat)',
    );
    expect(await agreedOf(id)).toEqual(
      ['CAAUT', 'GETAUT', 'GETM', 'GETPR', 'GETWL', 'REACT', 'SETD', 'UPDPR'].toSorted(),
    );
  });

  it('all functions are listed when asked for: what domain and agreement allow, in the version of the session', async () => {
    const all = async (user: RawUser, id: string): Promise<string | undefined> =>
      (await user.negotiate(id, undefined, 'Yes')).primitive.child('AllFunctions')?.outline;
    const [old, usual, recent] = [await session('1.1'), await session('1.2'), await session('1.3')];
    const fundamental = 'ServiceFunc(GETSPI) SearchFunc(SRCH STSRC) InviteFunc(INVIT CAINV)';
    const send = 'IMSendFunc(MDELIV FWMSG) IMReceiveFunc(SETD GETM)';
    expect(await all(old.user, old.id)).toBe(
      `WVCSPFeat(FundamentalFeat(${fundamental}) PresenceFeat(PresenceAuthFunc(GETWL REACT CAAUT) PresenceDeliverFunc(GETPR UPDPR)) IMFeat(${send}))`,
    );
    expect(await all(usual.user, usual.id)).toBe(
      `WVCSPFeat(FundamentalFeat(${fundamental} VerifyIDFunc(VRID)) PresenceFeat(PresenceAuthFunc(GETWL REACT CAAUT GETAUT) PresenceDeliverFunc(GETPR UPDPR)) IMFeat(${send}))`,
    );
    expect(await all(recent.user, recent.id)).toBe(
      `WVCSPFeat(FundamentalFeat(ServiceFunc(GETSPI GETMAP SGMNT) SearchFunc(SRCH ADVSR STSRC) InviteFunc(INVIT CAINV) VerifyIDFunc(VRID) MF) PresenceFeat(PresenceAuthFunc(GETWL) PresenceDeliverFunc(GETPR UPDPR)) IMFeat(${send}))`,
    );
    const rival = carl('rival', world.rival);
    expect(await all(rival, await rival.session())).toBe(
      'WVCSPFeat(PresenceFeat(PresenceAuthFunc(GETWL REACT CAAUT GETAUT) PresenceDeliverFunc(GETPR UPDPR)))',
    );
    const answer = await usual.user.negotiate(usual.id, feat('<GroupFeat/>'), 'No');
    expect(answer.primitive.child('AllFunctions')).toBeUndefined();
  });

  it.each<['1.1' | '1.2' | '1.3', string]>([
    ['1.1', '<FundamentalFeat><VerifyIDFunc/></FundamentalFeat>'],
    ['1.1', '<GroupFeat><GroupAuthFunc><GETJU/></GroupAuthFunc></GroupFeat>'],
    ['1.2', '<FundamentalFeat><MF/></FundamentalFeat>'],
    ['1.2', '<IMFeat><IMReceiveFunc><OFFNOTIF/></IMReceiveFunc></IMFeat>'],
    ['1.3', '<PresenceFeat><PresenceAuthFunc><REACT/></PresenceAuthFunc></PresenceFeat>'],
    ['1.3', '<PresenceFeat><PresenceAuthFunc><GETAUT/></PresenceAuthFunc></PresenceFeat>'],
    ['1.2', '<TelepathyFeat/>'],
    ['1.2', '<PresenceFeat><IMSendFunc/></PresenceFeat>'],
    ['1.2', '<IMFeat><MDELIV/></IMFeat>'],
    ['1.2', '<IMFeat><IMSendFunc><MDELIV><X/></MDELIV></IMSendFunc></IMFeat>'],
  ])('402 for what CSP %s does not have: %s; what was agreed stands', async (version, tree) => {
    const { user, id } = await session(version);
    await user.negotiate(id, feat('<IMFeat><IMSendFunc/></IMFeat>'));
    expect((await user.negotiate(id, feat(tree))).code).toBe(402);
    expect(await agreedOf(id)).toEqual(['FWMSG', 'MDELIV']);
  });

  it('a later one replaces what was agreed, at login or before', async () => {
    const user = carl('1.2');
    const id = await user.session('', `<Functions>${feat('<PresenceFeat/>')}</Functions>`);
    await user.negotiate(id, feat('<IMFeat><IMSendFunc><FWMSG/></IMSendFunc></IMFeat>'));
    expect(await agreedOf(id)).toEqual(['FWMSG']);
    await user.negotiate(id, undefined, 'Yes');
    expect(await agreedOf(id)).toEqual(['FWMSG']);
  });

  it("422 for another user or ClientID, 604 for a session that is unknown or another peer's, 601 for an ended one", async () => {
    const user = world.newUser();
    const id = await user.session();
    const tree = feat('<IMFeat/>');
    expect((await world.newUser().negotiate(id, tree)).code).toBe(422);
    expect((await user.on('another').negotiate(id, tree)).code).toBe(422);
    expect((await user.as({ sap1: world.rival }).negotiate(id, tree)).code).toBe(604);
    expect((await user.negotiate('nonsense', tree)).code).toBe(604);
    expect(await agreedOf(id)).toEqual([]);
    await world.end(id);
    expect((await user.negotiate(id, tree)).code).toBe(601);
  });
});

describeLog(world);
