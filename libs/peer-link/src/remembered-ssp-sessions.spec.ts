import { describe, expect, it } from '@jest/globals';
import { FakeSspSessions, ManualClock, PEER_SERVICE, SESSION_TERMS } from '@sap2/test-support';
import type { SspSession, SspSessions } from './ports/ssp-sessions.port.js';
import {
  BELIEVED_MS,
  BRIEF_LIFE_S,
  PROLONGED_EVERY_MS,
  RememberedSspSessions,
} from './remembered-ssp-sessions.js';

const SESSION: SspSession = {
  peer: PEER_SERVICE,
  theirID: 'abc@operator.example',
  ourID: 'def@ours',
  timeToLiveS: 86_400,
};
const LIFE = 'time-to-live';

async function world(session = SESSION) {
  const clock = new ManualClock();
  const store = new FakeSspSessions(clock);
  await store.add(session, SESSION_TERMS);
  const asked: string[] = [];
  const counting: Pick<SspSessions, 'find' | 'touch' | 'onChange'> = {
    find: (id) => (asked.push('find'), store.find(id)),
    touch: (id, life) => (asked.push('touch'), store.touch(id, life)),
    onChange: (listener) => store.onChange(listener),
  };
  const remembered = new RememberedSspSessions(counting, clock);
  const message = async (): Promise<SspSession | undefined> => {
    const found = await remembered.find(session.theirID);
    if (found !== undefined) await remembered.touch(session.theirID, LIFE);
    return found;
  };
  return { clock, store, asked, remembered, message };
}

describe('what a process remembers of SSP sessions', () => {
  it('asks the store once for all messages of one second', async () => {
    const { asked, message, clock } = await world();
    for (let sent = 0; sent < 5; sent += 1) expect(await message()).toEqual(SESSION);
    expect(asked).toEqual(['find', 'touch']);
    clock.advance(BELIEVED_MS);
    await message();
    expect(asked).toEqual(['find', 'touch', 'find']);
  });

  it('prolongs a session in use once a minute, and at once where its life became another', async () => {
    const { asked, message, clock, remembered } = await world();
    for (let passed = 0; passed < 2 * PROLONGED_EVERY_MS; passed += BELIEVED_MS) {
      await message();
      clock.advance(BELIEVED_MS);
    }
    expect(asked.filter((what) => what === 'touch')).toHaveLength(2);
    await remembered.find(SESSION.theirID);
    await remembered.touch(SESSION.theirID, 'until-replaced');
    expect(asked.filter((what) => what === 'touch')).toHaveLength(3);
  });

  it('forgets a session at once that it hears has ended, or was set up anew', async () => {
    const { store, message } = await world();
    await message();
    const anew = { ...SESSION, ourID: 'ghi@ours' };
    await store.add(anew, SESSION_TERMS);
    expect(await message()).toEqual(anew);
    await store.remove(anew);
    expect(await message()).toBeUndefined();
  });

  it('does not remember what was asked before a change that it heard meanwhile', async () => {
    const { store, clock } = await world();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow: Pick<SspSessions, 'find' | 'touch' | 'onChange'> = {
      find: async (id) => {
        const found = await store.find(id);
        await held;
        return found;
      },
      touch: (id, life) => store.touch(id, life),
      onChange: (listener) => store.onChange(listener),
    };
    const remembered = new RememberedSspSessions(slow, clock);
    const old = remembered.find(SESSION.theirID);
    await store.remove(SESSION);
    release();
    expect(await old).toEqual(SESSION);
    expect(await remembered.find(SESSION.theirID)).toBeUndefined();
  });

  it('asks for each message of a session with a short life', async () => {
    const { asked, message } = await world({ ...SESSION, timeToLiveS: BRIEF_LIFE_S - 1 });
    await message();
    await message();
    expect(asked).toEqual(['find', 'touch', 'find', 'touch']);
  });

  it('remembers nothing of an id that the store does not know', async () => {
    const { asked, remembered } = await world();
    expect(await remembered.find('nothing')).toBeUndefined();
    expect(await remembered.find('nothing')).toBeUndefined();
    expect(asked).toEqual(['find', 'find']);
  });
});
