import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';
import { expectKeepAlivesUnaffected, expectNobodyLetIn, noteProcesses } from './meanwhile.js';

const STORM_MS = { ci: 6_000, full: 60_000 } as const;
/** 20 a second. */
const TERMINATION_PAUSE_MS = 50;
const LOOKS_FOR_A_BACKEND = 200;
const FULL_DISK_MS = { ci: 4_000, full: 15_000 } as const;

const TERMINATE_ONE = `
  SELECT pg_terminate_backend(pid) AS ended FROM (
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'sap2' ORDER BY random() LIMIT 1
  ) AS victim`;

const A_BACKEND = `
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sap2' LIMIT 1`;

const NO_ROOM = `
  CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END $body$`;

const TABLES = `
  SELECT oid::regclass::text AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`;

/**
 * No write succeeds, and reads do: PostgreSQL answers so when a table cannot grow. A really full disk would need a
 * mount, and so root. It changes one table after the other, since two locks at once could block the service.
 */
const fillDisk = (world: World): Promise<void> =>
  world.view(async (view) => {
    await view.rows(NO_ROOM);
    for (const { name } of await view.rows<{ name: string }>(TABLES)) {
      await view.rows(
        `CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION no_room()`,
      );
    }
  });

const freeDisk = (world: World): Promise<void> =>
  world.view(async (view) => {
    for (const { name } of await view.rows<{ name: string }>(TABLES)) {
      await view.rows(`DROP TRIGGER no_room ON ${name}`);
    }
    await view.rows('DROP FUNCTION no_room');
  });

/** Ends connections one by one, whatever is being done on them. @returns how many it ended */
async function storm(world: World, forMs: number): Promise<number> {
  return world.view(async (view) => {
    const untilMs = Date.now() + forMs;
    let ended = 0;
    while (Date.now() < untilMs) {
      ended += (await view.rows<{ ended: boolean }>(TERMINATE_ONE)).filter((row) => row.ended).length;
      await pause(TERMINATION_PAUSE_MS);
    }
    return ended;
  });
}

/** The storm may have ended every connection. The service connects anew as soon as it needs one. */
async function aBackend(world: World): Promise<number> {
  for (let looks = 0; looks < LOOKS_FOR_A_BACKEND; looks++) {
    const [backend] = await world.view((view) => view.rows<{ pid: number }>(A_BACKEND));
    if (backend !== undefined) return backend.pid;
    await pause(TERMINATION_PAUSE_MS);
  }
  throw new Error('No process is connected to PostgreSQL');
}

/** As a fail-over looks to its clients: all connections end, the server recovers, the address stays. */
async function crash(world: World): Promise<void> {
  process.kill(await aBackend(world), 'SIGKILL');
}

export const postgresInTrouble: Fault = {
  id: 'F15',
  what: 'PostgreSQL ends connections at random (20 a second), crashes and recovers, its disk is full',
  inCi: true,
  inject: async (world, scale) => {
    const expectSameProcesses = noteProcesses(world);
    const stormFromMs = Date.now();
    const ended = await storm(world, STORM_MS[scale]);
    world.expect(ended > 0, 'no connection was ended');
    await crash(world);
    await world.heal();
    expectKeepAlivesUnaffected(world, stormFromMs, Date.now());

    await fillDisk(world);
    const fullFromMs = Date.now();
    await pause(FULL_DISK_MS[scale]);
    const fullToMs = Date.now();
    await freeDisk(world);
    await world.heal();
    expectKeepAlivesUnaffected(world, fullFromMs, fullToMs);
    expectNobodyLetIn(world, fullFromMs, fullToMs);
    expectSameProcesses();
  },
};
