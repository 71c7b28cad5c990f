import { expect, it } from '@jest/globals';
import { FieldPeer } from '../../support/peers/field-peer.js';
import { fieldSeed, playFieldPeer } from '../../support/peers/field-peer-scenes.js';
import { ADMIN_TOKEN, startServiceUnderTest } from '../../support/service/service-under-test.js';

it('npm run demo:field-peer: set-up both ways round and a push, every message shown', async () => {
  const field = await new FieldPeer().listen();
  const service = await startServiceUnderTest({}, fieldSeed(field, 'alice-secret', ADMIN_TOKEN));
  field.talkTo(service.sspUrl);
  const shown: string[] = [];
  try {
    await playFieldPeer({
      field,
      password: 'alice-secret',
      end: async (id) => void (await service.admin('DELETE', `/admin/v1/sessions/${id}`)),
      say: (heading, body) => shown.push(`${heading}\n${body ?? ''}`),
    });
  } finally {
    field.close();
    await service.stop();
  }
  const messages = shown.filter((one) => one.includes('<WV-SSP-Message'));
  const said = (direction: string, word: string): number =>
    messages.filter((one) => one.startsWith(direction) && one.includes(`<${word}`)).length;
  for (const direction of ['field → SAP 2', 'SAP 2 → field']) {
    // Once as the one who opens, once as the other.
    for (const word of ['SendSecretToken', 'LoginRequest', 'LoginResponse']) {
      expect([direction, word, said(direction, word)]).toEqual([direction, word, 2]);
    }
  }
  expect(said('SAP 2 → field', 'UserDisconnectRequest')).toBe(1);
});
