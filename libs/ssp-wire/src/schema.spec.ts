import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { sspSchemaText } from './index.js';
import { SSP_NAMESPACES } from './messages.js';

describe('the schema', () => {
  it('is the file beside the code', () => {
    expect(sspSchemaText()).toBe(readFileSync(new URL('ssp.xsd', import.meta.url), 'utf8'));
  });

  it('can be had for each namespace', () => {
    for (const namespace of SSP_NAMESPACES)
      expect(sspSchemaText(namespace)).toContain(`targetNamespace="${namespace}"`);
  });
});
