import { spawn } from 'node:child_process';
import { describeFault, readConfig } from '@sap2/config';
import { openStores } from '../apps/sap2/src/open-stores.js';

/**
 * `npm run dev`: runs the service from its sources and starts it anew after each change. The embedded stores belong to
 * this process, so they stay up, with all sessions, while the service restarts.
 */
const config = readConfig(process.env);
if (!config.ok) {
  console.error(config.error.map(describeFault).join('\n'));
  process.exit(2);
}
const end = new AbortController();
const stores = await openStores(config.value, (line) => console.error(line), end.signal);
const keys = stores.secretKeys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');
const service = spawn(
  process.execPath,
  ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'apps/sap2/src/main.ts'],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      DATABASE_URL: stores.databaseUrl,
      ...(stores.redis.kind === 'single' && { REDIS_URL: stores.redis.url }),
      SAP2_SECRET_KEYS: keys,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => service.kill('SIGTERM'));
const [code] = await new Promise<[number | null]>((resolve) =>
  service.once('exit', (exit) => resolve([exit])),
);
await stores.close();
process.exitCode = code ?? 0;
