import { describe, expect, it } from '@jest/globals';
import { functionsOf, pathsOf } from './service-paths.js';

describe('service paths', () => {
  it('become one tree and come back', () => {
    const paths = ['FundamentalFeat/ServiceFunc/GETSPI', 'FundamentalFeat/SearchFunc', 'IMFeat'];
    const [root, ...others] = functionsOf(paths);
    expect(others).toEqual([]);
    expect(root?.children.map(({ name }) => name)).toEqual(['FundamentalFeat', 'IMFeat']);
    expect(pathsOf(functionsOf(paths))).toEqual(paths);
  });

  it('are none where there is no tree, and the root where the tree has no branches', () => {
    expect(pathsOf(undefined)).toEqual([]);
    expect(pathsOf(functionsOf([]))).toEqual(['WVCSPFeat']);
  });
});
