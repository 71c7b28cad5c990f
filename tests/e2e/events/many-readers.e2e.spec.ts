import { describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { Client } from 'pg';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { EventReader } from '../../support/service/event-reader.js';
import { EventWorld } from '../../support/service/event-world.js';
import { ADMIN_TOKEN } from '../../support/service/service-under-test.js';
import { hearStatements } from '../../support/service/statements-of-service.js';
import { until } from '../../support/service/until.js';

const world = worldForThisFile({ SAP2_ROLES: 'ssp,admin,delivery,sweeper' });
const feed = new EventWorld(world);
const WAVES = 40;
const EVENTS_OF_A_WAVE = 400;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${world.service.adminUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'mu').exec(text)?.[1]);
}

describe('a slow reader', () => {
  it('closes a reader that does not read, and others get everything', async () => {
    const start = await feed.latest();
    const { hostname, port } = new URL(feed.base);
    const stuck = connect(Number(port), hostname);
    const closed = new Promise<void>((resolve) => void stuck.once('close', () => resolve()));
    stuck.on('error', () => undefined);
    stuck.write(
      `GET /events/v1/stream?after=latest HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
    );
    const reader = new EventReader(feed.base, '?after=latest');
    await until('the stream', () => reader.status === 200);
    await new Promise<void>((resolve) => void stuck.once('readable', () => resolve()));
    const client = new Client({ connectionString: world.service.databaseUrl });
    await client.connect();
    // A reader that reads gets each wave. The waves exceed what the systems of both sides buffer for a socket.
    for (let wave = 1; wave <= WAVES; wave++) {
      await client.query(
        `INSERT INTO event_inbox (type, data)
         SELECT 'agreement.changed', jsonb_build_object('domains', repeat('x', 1000)) FROM generate_series(1, $1)`,
        [EVENTS_OF_A_WAVE],
      );
      await until('the wave', () => reader.events.length >= wave * EVENTS_OF_A_WAVE);
    }
    await client.end();
    await until('the end of the stuck reader', async () => (await metric('sap2_event_streams')) === 1);
    stuck.resume();
    await closed;
    expect(await feed.allAfter(start)).toHaveLength(reader.events.length);
    reader.close();
  });
});

/** Counts the statements of the service that read events. */
async function countedLooks() {
  const beganMs = Date.now();
  let count = 0;
  const stop = await hearStatements((statement) => {
    if (/event_number|FROM event/u.test(statement)) count += 1;
  });
  return {
    seconds: (): number => (Date.now() - beganMs) / 1_000,
    stop: (): number => {
      stop();
      return count;
    },
  };
}

describe('1 000 readers', () => {
  it('each get everything, and cost one look at the database', async () => {
    const readers = Array.from({ length: 1_000 }, () => new EventReader(feed.base, '?after=latest'));
    await until('all streams', () => readers.every(({ status }) => status === 200));
    const start = await feed.latest();
    const looks = await countedLooks();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await world.newUser().session());
    await until('all events', () => readers.every(({ events }) => events.length >= ids.length));
    // 10 looks a second at most, and one for each wake-up.
    const most = 200 + 10 * looks.seconds();
    const count = looks.stop();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(most);
    for (const reader of readers) {
      expect(reader.events.map(({ session }) => session)).toEqual(ids);
      reader.close();
    }
    expect((await feed.allAfter(start)).map(({ session }) => session)).toEqual(ids);
  });
});
