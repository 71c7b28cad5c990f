import { describe, expect, it } from '@jest/globals';
import { ALICE, OPERATOR, OTHER_OPERATOR, PHONE, PROVIDER, SessionWorld, userOf } from '@sap2/test-support';
import { CheckEntitlement, callerOf } from './check-entitlement.js';
import { clientKeyOf, parseDomain, type ServiceID } from './ids.js';

const { directory } = new SessionWorld();
const other = parseDomain('other-provider.example');
if (!other.ok) throw new Error(other.error);
directory.serve(other.value);
const entitlement = new CheckEntitlement(directory);

const alice = { userID: 'WV:Alice@provider.example/home', clientID: PHONE };
const ask = { peer: OPERATOR, requestor: 'wv:@operator.example', user: alice };
const check = (particulars: Partial<Omit<Parameters<CheckEntitlement['execute']>[0], 'needs'>> = {}) =>
  entitlement.execute({ ...ask, ...particulars, needs: 'user-and-client' });

describe('a request is entitled', () => {
  it('with the user that it names, whose id is kept as it was sent', () => {
    expect(check()).toEqual({
      kind: 'entitled',
      user: { userID: 'WV:Alice@provider.example/home', account: ALICE, domain: PROVIDER, client: PHONE },
    });
  });

  it('whatever way its requestor spells its name', () => {
    expect(check({ requestor: 'WV:@OPERATOR.example' })).toMatchObject({ kind: 'entitled' });
  });

  it('without a user or a client where none is needed', () => {
    const { peer, requestor } = ask;
    const nobody = entitlement.execute({ peer, requestor, user: undefined, needs: 'nobody' });
    expect(nobody).toEqual({ kind: 'entitled', user: undefined });
    const user = { ...alice, clientID: undefined };
    expect(entitlement.execute({ ...ask, user, needs: 'user' })).toMatchObject({ kind: 'entitled' });
  });
});

describe('a request is refused', () => {
  it.each(['wv:@other.example', '', 'wv:alice@operator.example'])(
    'when %p asks in the name of the operator that was authenticated: 901',
    (requestor) => {
      expect(check({ requestor, user: undefined })).toEqual({ kind: 'not-the-requestor' });
    },
  );

  it.each(['alice@elsewhere.example', 'alice', '', '@@'])(
    'when the domain of user %p is not served: 516',
    (userID) => {
      expect(check({ user: { ...alice, userID } })).toEqual({ kind: 'domain-not-served' });
    },
  );

  it('when the agreement leaves the domain out, or there is no agreement: 403', () => {
    const user = { ...alice, userID: 'carol@other-provider.example' };
    expect(check({ user })).toEqual({ kind: 'not-entitled' });
    const stranger = { peer: 'wv:@stranger.example' as ServiceID, requestor: 'wv:@stranger.example' };
    expect(check(stranger)).toEqual({ kind: 'not-entitled' });
    expect(entitlement.execute({ ...stranger, user: undefined, needs: 'nobody' })).toEqual({
      kind: 'not-entitled',
    });
  });

  it('when it does not name whom it must: 400', () => {
    expect(check({ user: undefined })).toEqual({ kind: 'user-missing' });
    expect(check({ user: { ...alice, clientID: undefined } })).toEqual({ kind: 'client-missing' });
    expect(entitlement.execute({ ...ask, user: undefined, needs: 'user' })).toEqual({ kind: 'user-missing' });
  });

  it('for the first reason in the order of the binding', () => {
    const wrong = { requestor: 'wv:@other.example', user: { ...alice, userID: 'a@elsewhere.example' } };
    expect(check(wrong)).toEqual({ kind: 'not-the-requestor' });
    const stranger = { peer: 'wv:@stranger.example' as ServiceID, requestor: 'wv:@stranger.example' };
    expect(check({ ...stranger, user: wrong.user })).toEqual({ kind: 'domain-not-served' });
  });

  it('also for a user that it need not name', () => {
    const user = { ...alice, userID: 'alice@elsewhere.example' };
    expect(entitlement.execute({ ...ask, user, needs: 'nobody' })).toEqual({ kind: 'domain-not-served' });
  });
});

describe('a caller', () => {
  it('is compared by whom the request names', () => {
    expect(callerOf(OPERATOR, userOf(ALICE))).toEqual({
      peer: OPERATOR,
      account: ALICE,
      clientKey: clientKeyOf(PHONE),
    });
    expect(callerOf(OPERATOR, { ...userOf(ALICE), client: undefined })).toEqual({
      peer: OPERATOR,
      account: ALICE,
      clientKey: undefined,
    });
    expect(callerOf(OTHER_OPERATOR, undefined)).toEqual({
      peer: OTHER_OPERATOR,
      account: undefined,
      clientKey: undefined,
    });
  });
});
