import { describe, expect, it } from '@jest/globals';
import { OPERATOR, PROVIDER, SessionWorld } from '@sap2/test-support';
import { GetSpInfo } from './get-sp-info.js';
import { parseDomain } from './ids.js';

const info = { name: 'Provider', description: undefined, url: 'http://provider.example', logo: undefined };

const ask = ({ directory }: SessionWorld, serviceID: string) =>
  new GetSpInfo(directory).execute({ peer: OPERATOR, serviceID });

describe('service provider info', () => {
  it('is shown to a peer that may log users of the domain in', () => {
    const world = new SessionWorld();
    world.directory.serve(PROVIDER, { spInfo: info });
    expect(ask(world, 'wv:@provider.example')).toEqual({ kind: 'info', info });
    expect(ask(world, 'WV:@Provider.EXAMPLE')).toEqual({ kind: 'info', info });
  });

  it('may be nothing: 404', () => {
    expect(ask(new SessionWorld(), 'wv:@provider.example')).toEqual({ kind: 'nothing-to-tell' });
  });

  it.each(['wv:@elsewhere.example', 'wv:alice@provider.example', ''])(
    'of %p is not ours to tell: 516',
    (serviceID) => {
      expect(ask(new SessionWorld(), serviceID)).toEqual({ kind: 'domain-not-served' });
    },
  );

  it('is not for a peer whose agreement leaves the domain out, or ended: 403', () => {
    const world = new SessionWorld();
    const other = parseDomain('other-provider.example');
    if (!other.ok) throw new Error(other.error);
    world.directory.serve(other.value, { spInfo: info });
    expect(ask(world, 'wv:@other-provider.example')).toEqual({ kind: 'not-entitled' });
    world.directory.endAgreement(OPERATOR);
    expect(ask(world, 'wv:@provider.example')).toEqual({ kind: 'not-entitled' });
  });
});
