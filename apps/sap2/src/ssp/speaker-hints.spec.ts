import { describe, expect, it } from '@jest/globals';
import { SpeakerHints } from './speaker-hints.js';

const PEER = 'wv:@peer.example';
const ADDRESS = '192.0.2.1';
const messageIn = (sessionID: string) => Buffer.from(`<m><Session sessionID="${sessionID}"/></m>`);

describe('a hint at who speaks', () => {
  it('is the peer that was recognised in the session, or else the address', () => {
    const hints = new SpeakerHints();
    hints.remember('known', PEER);
    expect(hints.of(messageIn('known'), ADDRESS)).toEqual({ peer: PEER });
    expect(hints.of(messageIn('other'), ADDRESS)).toEqual({ address: ADDRESS });
    expect(hints.of(Buffer.from('no session'), ADDRESS)).toEqual({ address: ADDRESS });
  });

  it('is forgotten with its session', () => {
    const hints = new SpeakerHints();
    hints.remember('over', PEER);
    hints.forget('over');
    expect(hints.of(messageIn('over'), ADDRESS)).toEqual({ address: ADDRESS });
  });

  it('is kept for 10 000 sessions, and the one that was used longest ago goes', () => {
    const hints = new SpeakerHints();
    for (let i = 0; i < 10_000; i++) hints.remember(`session ${i}`, PEER);
    hints.remember('session 0', PEER);
    hints.remember('one more', PEER);
    expect(hints.of(messageIn('session 0'), ADDRESS)).toEqual({ peer: PEER });
    expect(hints.of(messageIn('session 1'), ADDRESS)).toEqual({ address: ADDRESS });
  });
});
