import { describe, expect, it } from '@jest/globals';
import { functionsNamed } from '@sap2/test-support';
import {
  ALL_FUNCTIONS,
  deniedTree,
  expandRequest,
  type FunctionNode,
  offerIn,
  offerTree,
  parseOffer,
} from './service-tree.js';
import { CSP_VERSIONS, type CspVersion } from './csp-version.js';

/** `node('IMFeat', node('MM'))` is `<IMFeat><MM/></IMFeat>`. */
const node = (name: string, ...children: FunctionNode[]): FunctionNode => ({ name, children });
const feat = (...children: FunctionNode[]): FunctionNode[] => [node('WVCSPFeat', ...children)];
const asked = (nodes: readonly FunctionNode[], version: CspVersion = '1.2'): readonly string[] => {
  const expanded = expandRequest(nodes, version);
  if (!expanded.ok) throw new Error(expanded.error);
  return [...expanded.value];
};

describe('a request', () => {
  it('asks for the leaves that it names', () => {
    const tree = feat(
      node('FundamentalFeat', node('SearchFunc', node('SRCH'))),
      node('IMFeat', node('IMSendFunc', node('MDELIV'), node('FWMSG'))),
    );
    expect(asked(tree)).toEqual(['SRCH', 'MDELIV', 'FWMSG']);
  });

  it('asks for a whole function by its empty element', () => {
    expect(asked(feat(node('FundamentalFeat', node('SearchFunc'))))).toEqual(['SRCH', 'STSRC']);
  });

  it('asks for a whole feature by its empty element, mandatory functions included where the version has them', () => {
    expect(asked(feat(node('IMFeat')), '1.2')).toEqual(
      functionsNamed('IMSendFunc', 'SETD', 'GETLM', 'GETM', 'REJCM', 'NOTIF', 'NEWM', 'IMAuthFunc'),
    );
    expect(asked(feat(node('IMFeat')), '1.3')).toEqual(functionsNamed('IMFeat'));
    expect(asked(feat(node('IMFeat')), '1.3')).toContain('MM');
  });

  it.each(CSP_VERSIONS)('asks for everything in %s by an empty root, or by no root at all', (version) => {
    const everything = [...offerIn(version)];
    expect(asked(feat(), version)).toEqual(everything);
    expect(asked([], version)).toEqual(everything);
  });

  it('asks once for what it names twice', () => {
    const search = node('FundamentalFeat', node('SearchFunc', node('SRCH')), node('SearchFunc'));
    expect(asked([...feat(search), ...feat(search)])).toEqual(['SRCH', 'STSRC']);
  });

  it.each([
    ['a name that nobody knows', feat(node('FundamentalFeat', node('SearchFunc', node('XYZ'))))],
    ['an unknown feature', feat(node('XFeat'))],
    ['a leaf in another function', feat(node('FundamentalFeat', node('SearchFunc', node('GETSPI'))))],
    ['a function in another feature', feat(node('IMFeat', node('SearchFunc')))],
    ['a child of a leaf', feat(node('FundamentalFeat', node('SearchFunc', node('SRCH', node('SRCH')))))],
    ['a feature without the root', [node('IMFeat')]],
    ['a name that every object has', feat(node('constructor'))],
  ])('is invalid with %s', (_what, nodes) => {
    expect(expandRequest(nodes, '1.2')).toEqual({ ok: false, error: 'not-valid-in-this-version' });
  });

  it.each([
    ['MF', '1.2', feat(node('FundamentalFeat', node('MF')))],
    ['GETMAP', '1.2', feat(node('FundamentalFeat', node('ServiceFunc', node('GETMAP'))))],
    ['VerifyIDFunc', '1.1', feat(node('FundamentalFeat', node('VerifyIDFunc')))],
    ['GETJU', '1.1', feat(node('GroupFeat', node('GroupAuthFunc', node('GETJU'))))],
    ['GETAUT', '1.1', feat(node('PresenceFeat', node('PresenceAuthFunc', node('GETAUT'))))],
    ['GETAUT', '1.3', feat(node('PresenceFeat', node('PresenceAuthFunc', node('GETAUT'))))],
    ['REACT', '1.3', feat(node('PresenceFeat', node('PresenceAuthFunc', node('REACT'))))],
    ['GALS', '1.3', feat(node('PresenceFeat', node('AttListFunc', node('GALS'))))],
  ] as const)('is invalid with %s in %s, which does not know it', (_name, version, nodes) => {
    expect(expandRequest(nodes, version).ok).toBe(false);
  });

  it('has as many leaves in each version as the tree of the binding', () => {
    expect(CSP_VERSIONS.map((version) => offerIn(version).size)).toEqual([38, 41, 46]);
    expect(ALL_FUNCTIONS.size).toBe(50);
  });
});

describe('what is denied', () => {
  const some = (...names: string[]) => new Set(functionsNamed(...names));

  it('is nothing when all that was asked for is on offer', () => {
    expect(deniedTree(some('SRCH'), some('SRCH', 'GETSPI'), '1.2')).toBeUndefined();
    expect(deniedTree(new Set(), new Set(), '1.2')).toBeUndefined();
  });

  it('is named leaf by leaf, in the order of the tree', () => {
    expect(deniedTree(some('FWMSG', 'SRCH', 'GETSPI'), some('GETSPI'), '1.2')).toEqual(
      feat(
        node('FundamentalFeat', node('SearchFunc', node('SRCH'))),
        node('IMFeat', node('IMSendFunc', node('FWMSG'))),
      ),
    );
  });

  it('is an empty branch where every leaf of it is denied that the version knows', () => {
    expect(deniedTree(some('SRCH', 'STSRC'), new Set(), '1.2')).toEqual(
      feat(node('FundamentalFeat', node('SearchFunc'))),
    );
    expect(deniedTree(some('SRCH', 'STSRC'), new Set(), '1.3')).toEqual(
      feat(node('FundamentalFeat', node('SearchFunc', node('SRCH'), node('STSRC')))),
    );
    expect(deniedTree(some('IMFeat'), some('SRCH'), '1.3')).toEqual(feat(node('IMFeat')));
  });

  it('is an empty root where nothing at all is on offer', () => {
    expect(deniedTree(ALL_FUNCTIONS, new Set(), '1.1')).toEqual(feat());
  });

  it('says again what a request could have asked: it expands to the leaves that it denies', () => {
    const denied = deniedTree(some('IMFeat', 'SRCH', 'GCLI'), some('GCLI', 'MM'), '1.3') ?? [];
    expect(new Set(asked(denied, '1.3'))).toEqual(some('IMSendFunc', 'IMReceiveFunc', 'IMAuthFunc', 'SRCH'));
  });
});

describe('an offer', () => {
  it('is what both sides allow and the version knows', () => {
    const domain = new Set(functionsNamed('FundamentalFeat'));
    const agreement = new Set(functionsNamed('SearchFunc', 'IMFeat'));
    expect([...offerIn('1.2', domain, agreement)]).toEqual(['SRCH', 'STSRC']);
    expect([...offerIn('1.3', domain, agreement)]).toEqual(['SRCH', 'ADVSR', 'STSRC']);
    expect([...offerIn('1.2', undefined, agreement)]).toHaveLength(12);
  });

  it('is written out leaf by leaf', () => {
    expect(offerTree(new Set(functionsNamed('SearchFunc')), '1.2')).toEqual(
      feat(node('FundamentalFeat', node('SearchFunc', node('SRCH'), node('STSRC')))),
    );
    expect(offerTree(new Set(), '1.2')).toEqual([]);
  });

  it('is read from names of leaves, functions and features, in all versions', () => {
    const parsed = parseOffer(['MF', 'SearchFunc', 'GroupFeat', 'SRCH']);
    if (!parsed.ok) throw new Error('these are names of the tree');
    expect([...parsed.value].slice(0, 4)).toEqual(['MF', 'SRCH', 'ADVSR', 'STSRC']);
    expect(parsed.value.size).toBe(1 + 3 + 14);
    expect(parseOffer(['WVCSPFeat'])).toEqual({ ok: true, value: ALL_FUNCTIONS });
  });

  it('names what it does not know', () => {
    expect(parseOffer(['SRCH', 'Srch', 'toString'])).toEqual({
      ok: false,
      error: { unknownNames: ['Srch', 'toString'] },
    });
  });
});
