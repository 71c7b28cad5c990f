import { setTimeout as pause } from 'node:timers/promises';
import { clientAt, metaInfo, userKeepAliveRequest, userLoginRequest } from '../../../sap1/src/index.js';
import type { Fault } from '../fault.js';
import type { World } from '../world/world.js';

/** Longer than a store call waits, so that nothing from before hangs on. */
const NOTICED_MS = 5_000;

/** Status code of a keep-alive and of a login at process 0; undefined: refused. */
async function atProcessZero(
  world: World,
): Promise<{ readonly keepAlive: number | undefined; readonly login: number | undefined }> {
  const [sap1] = world.sap1s;
  const [id = ''] = world.steady[0]?.sessions ?? [];
  if (sap1 === undefined) throw new Error('There is no peer');
  const entries = [{ userSessionID: id, timeToLive: undefined }];
  const keepAlive = userKeepAliveRequest(metaInfo(sap1.serviceID, undefined), { type: 'batch', entries });
  const user = { userID: 'wv:steady-0-0@provider.example', clientID: clientAt('second') };
  const login = userLoginRequest(
    metaInfo(sap1.serviceID, user),
    { scheme: 'password', password: 'wrong-on-purpose' },
    {},
  );
  const [kept, let_] = [await sap1.ask(keepAlive, { process: 0 }), await sap1.ask(login, { process: 0 })];
  return { keepAlive: kept?.status.code, login: let_?.status.code };
}

export const oneStoreUnseen: Fault = {
  id: 'F11',
  what: 'a node that sees Redis and not PostgreSQL, and the reverse',
  inCi: false,
  world: { lines: true },
  inject: async (world) => {
    const [line] = world.lines;
    if (line === undefined) throw new Error('Process 0 has no lines');
    line.postgres.cut();
    await pause(NOTICED_MS);
    const withoutPostgres = await atProcessZero(world);
    world.expect(
      withoutPostgres.keepAlive === 200,
      `without PostgreSQL a keep-alive gets ${withoutPostgres.keepAlive}`,
    );
    world.expect(withoutPostgres.login === 503, `without PostgreSQL a login gets ${withoutPostgres.login}`);
    const down = await world.process(0).down();
    world.expect(down.includes('postgresql'), `health calls ${down.join(', ')} down`);
    line.postgres.mend();
    await world.heal();
    await world.disturb(async () => {
      line.redis.cut();
      await pause(NOTICED_MS);
      const withoutRedis = await atProcessZero(world);
      const isTold = ({ keepAlive, login }: typeof withoutRedis): boolean =>
        [keepAlive, login].every((code) => code === undefined || code === 503);
      world.expect(isTold(withoutRedis), `without Redis: ${JSON.stringify(withoutRedis)}`);
      world.expect((await world.process(0).readiness()) === 503, 'it is ready without Redis');
      line.redis.mend();
    });
  },
};
