import { randomBytes } from 'node:crypto';
import { FieldPeer } from '../peers/field-peer.js';
import { fieldSeed, playFieldPeer } from '../peers/field-peer-scenes.js';
import { withPrivateSap2 } from './private-sap2.js';

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (heading: string, body?: string): void =>
  write(body === undefined ? `\n${heading}\n` : `── ${heading}\n${body.trim()}\n`);

/**
 * `npm run demo:field-peer`: a SAP 2 with its own stores and a peer with the habits of existing ones. It prints all
 * messages.
 */
async function main(): Promise<void> {
  const [password, token] = [randomBytes(12).toString('hex'), randomBytes(24).toString('hex')];
  const field = await new FieldPeer().listen();
  try {
    await withPrivateSap2(fieldSeed(field, password, token), {}, async ({ sspUrl, adminUrl }) => {
      field.talkTo(sspUrl);
      await playFieldPeer({ field, password, end: (id) => endSession(adminUrl, token, id), say });
      say('Done: two SSP sessions, one opened by each side, and one disconnect, acknowledged.');
    });
  } finally {
    field.close();
  }
}

async function endSession(adminUrl: string, token: string, id: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const { status } = await fetch(`${adminUrl}/admin/v1/sessions/${id}`, { method: 'DELETE', headers });
  if (status !== 204) throw new Error(`HTTP ${status} for the end of a session`);
}

await main();
