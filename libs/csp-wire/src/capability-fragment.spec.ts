import { describe, expect, it } from '@jest/globals';
import { capabilityFragment, parseCapabilityFragment } from './index.js';

describe('the fragment of a capability list', () => {
  it('is what SSP relays, and comes back', () => {
    const list = [
      { name: 'ServerPollMin', value: '2' },
      { name: 'ClientType', value: 'A&B' },
    ] as const;
    const fragment = '<ClientType>A&amp;B</ClientType><ServerPollMin>2</ServerPollMin>';
    expect(capabilityFragment(list)).toBe(fragment);
    expect(parseCapabilityFragment(fragment)).toStrictEqual({ ok: true, value: list.toReversed() });
  });

  it('may have other namespaces and unknown entries', () => {
    const text = '<x:ParserSize xmlns:x="urn:x">1</x:ParserSize><Odd><ParserSize>2</ParserSize></Odd>';
    expect(parseCapabilityFragment(text)).toStrictEqual({
      ok: true,
      value: [{ name: 'ParserSize', value: '1' }],
    });
  });

  it('may be empty', () => {
    expect(capabilityFragment([])).toBe('');
    expect(parseCapabilityFragment('')).toStrictEqual({ ok: true, value: [] });
  });

  it.each(['</CapabilityList><a>', '<ParserSize>', '&x;', `<ClientType>${'x'.repeat(257)}</ClientType>`])(
    'is refused if it is %s',
    (text) => {
      expect(parseCapabilityFragment(text).ok).toBe(false);
    },
  );

  it('is refused if it has too many entries', () => {
    expect(parseCapabilityFragment('<ParserSize>1</ParserSize>'.repeat(64)).ok).toBe(true);
    expect(parseCapabilityFragment('<ParserSize>1</ParserSize>'.repeat(65)).ok).toBe(false);
  });
});
