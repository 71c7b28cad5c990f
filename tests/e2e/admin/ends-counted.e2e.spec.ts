import { describe, expect, it } from '@jest/globals';
import { AdminClient } from '../../support/service/admin-client.js';
import { OPERATOR, RIVAL } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import type { RawUser } from '../../support/peers/raw-user.js';
import { until } from '../../support/service/until.js';
import { peer, worldWithDoors } from '../../support/service/world-with-doors.js';

const PEERS = {
  disabled: peer('disabled'),
  narrowed: peer('narrowed'),
  over: peer('over'),
  gone: peer('gone'),
};
const { world, connected } = worldWithDoors(
  [OPERATOR, RIVAL, ...Object.values(PEERS)],
  {},
  {
    [PEERS.narrowed.serviceID]: { domains: ['provider.example', 'silent.example'] },
  },
);

const admin = (): AdminClient => new AdminClient(world.service.adminUrl);

async function ended(cause: string): Promise<number> {
  const answer = await fetch(`${world.service.adminUrl}/metrics`);
  return new Exposition(await answer.text()).value('sap2_sessions_ended_total', { cause });
}

async function asked(method: string, path: string, body?: unknown): Promise<void> {
  const { status, text } = await admin().ask(method, path, { body });
  if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
}

const pathOf = (user: RawUser): string => `/users/${user.userID}`;

/** Each logs in on two devices; then the act ends both sessions. */
const ACTS: readonly (readonly [
  name: string,
  cause: string,
  by: { readonly serviceID: string; readonly secret: string },
  act: (user: RawUser, sessions: readonly string[]) => Promise<void>,
])[] = [
  [
    'a suspension',
    'account-suspended',
    OPERATOR,
    (user) => asked('POST', `${pathOf(user)}/suspend`, { reason: 'abuse' }),
  ],
  ['a deletion', 'account-deleted', OPERATOR, (user) => asked('DELETE', pathOf(user))],
  [
    'a new password',
    'credentials-changed',
    OPERATOR,
    (user) => asked('PUT', `${pathOf(user)}/password`, { password: 'another password' }),
  ],
  [
    'an import with a new password',
    'credentials-changed',
    OPERATOR,
    async (user) => {
      const line = JSON.stringify({ userID: user.userID, password: 'another password' });
      const headers = { 'Content-Type': 'application/x-ndjson' };
      const { text } = await admin().ask('POST', '/users/import', { body: line, headers });
      expect(text).toContain('"changed"');
    },
  ],
  [
    'the end of all sessions of a user',
    'administrator',
    OPERATOR,
    (user) => asked('POST', `${pathOf(user)}/end-sessions`, {}),
  ],
  [
    'the end of each session',
    'administrator',
    OPERATOR,
    async (_, sessions) => {
      for (const id of sessions) await world.end(id);
    },
  ],
  [
    'a job',
    'administrator',
    OPERATOR,
    (user) => asked('POST', '/sessions/end', { filter: { user: user.userID } }),
  ],
  [
    'a logout',
    'logout',
    OPERATOR,
    async (user, [first = '', second = '']) => {
      expect((await user.on('a').logOut(first)).code).toBe(200);
      expect((await user.on('b').logOut(second)).code).toBe(200);
    },
  ],
  [
    'a newer login',
    'replaced',
    OPERATOR,
    async (user) => {
      await user.on('a').session();
      await user.on('b').session();
    },
  ],
  [
    'a disabled agreement',
    'agreement-ended',
    PEERS.disabled,
    () => asked('POST', `/agreements/${PEERS.disabled.serviceID}/disable`),
  ],
  [
    'a domain that was taken out',
    'agreement-ended',
    PEERS.narrowed,
    () => asked('PATCH', `/agreements/${PEERS.narrowed.serviceID}`, { domains: ['silent.example'] }),
  ],
  [
    'an agreement that has run out',
    'agreement-ended',
    PEERS.over,
    () =>
      asked('PATCH', `/agreements/${PEERS.over.serviceID}`, {
        validUntil: new Date(Date.now() - 1).toISOString(),
      }),
  ],
  [
    'a deleted agreement',
    'agreement-ended',
    PEERS.gone,
    () => asked('DELETE', `/agreements/${PEERS.gone.serviceID}`),
  ],
];

describe('sap2_sessions_ended_total', () => {
  it.each(ACTS)('counts what %s ends, by its cause, each once', async (_, cause, by, act) => {
    const user = world.newUser(await connected(by));
    const sessions = [await user.on('a').session(), await user.on('b').session()];
    const before = await ended(cause);
    await act(user, sessions);
    await until('both are ended', async () => (await ended(cause)) >= before + sessions.length);
    await until('none of them is live', async () => {
      const states = await Promise.all(sessions.map((id) => admin().ask('GET', `/sessions/${id}`)));
      return states.every(({ status }) => status === 404);
    });
    expect(await ended(cause)).toBe(before + sessions.length);
  });
});
