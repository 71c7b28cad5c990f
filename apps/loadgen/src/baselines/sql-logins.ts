import { randomBytes } from 'node:crypto';
import { type AccountID, newUserSessionID } from '@sap2/session-core';
import { Client } from 'pg';
import { WrongAnswer } from '../line.js';
import type { LoadPlan, Scenario } from '../plan.js';

const ACCOUNT = {
  name: 'account',
  text: 'SELECT id, suspended, version, password_hash, recoverable_secret FROM account WHERE id = $1',
};
const OPEN = {
  name: 'open',
  text: "SELECT kind, live, ended, ended_before FROM session_open($1, $2, 'takeover', 8, 'evict-oldest', 7200, 100)",
};
const END = {
  name: 'end',
  text: "SELECT id, peer FROM session_end(ARRAY(SELECT s.id FROM live_session s WHERE s.id = $1 AND s.peer = $2 FOR UPDATE), 'logout', NULL, false)",
};

const fraction = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;

/** What a login and a logout ask PostgreSQL, from bare connections of the driver. It needs no HTTP, XML and Redis. */
export async function sqlLogins({ postgres, peer, connections, users = [] }: LoadPlan): Promise<Scenario> {
  if (postgres === undefined) throw new Error('The scenario sql needs a PostgreSQL');
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: postgres }));
  await Promise.all(clients.map((client) => client.connect()));
  const share = Math.floor(users.length / connections);
  return {
    run: async (connection, turn) => {
      const account = users[connection * share + (turn % share)] ?? '';
      await logInAndOut(clients[connection] as Client, account, peer.serviceID);
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

async function logInAndOut(client: Client, account: string, peer: string): Promise<void> {
  const { rows: accounts } = await client.query<{ version: number }>({ ...ACCOUNT, values: [account] });
  const birth = birthOf(account, peer);
  const version = accounts[0]?.version;
  const { rows: opened } = await client.query<{ kind: string }>({ ...OPEN, values: [birth, version] });
  if (opened[0]?.kind !== 'opened') throw new WrongAnswer(opened[0]?.kind ?? 'no row');
  const { rows: ended } = await client.query({ ...END, values: [birth.id, peer] });
  if (ended.length !== 1) throw new WrongAnswer('the session did not end');
}

/** A row of `live_session`, as a login without any particulars makes it. */
const birthOf = (account: string, peer: string) => ({
  id: newUserSessionID(account as AccountID, { bytes: randomBytes, fraction }),
  account,
  domain: account.slice(account.indexOf('@') + 1),
  user_id: account,
  client: { url: 'phone-1@handset' },
  client_key: 'phone-1',
  peer,
  keep_alive_time_s: 3_600,
  csp_version: '1.3',
  agreed_services: [],
  origin_transaction_id: randomBytes(8).toString('hex'),
  started_at: new Date().toISOString(),
});
