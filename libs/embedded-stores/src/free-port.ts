import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems number outgoing connections (Linux: from 32768): a client that keeps knocking at a stopped
 * server's port in that range ends up connected to itself, and the server never gets its port back.
 */
const [LOWEST, HIGHEST] = [15_000, 31_000];
const ATTEMPTS = 200;

/** A loopback port that nobody listened on a moment ago, `preferred` if it is one. The caller still has to survive losing it to another. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port on 127.0.0.1 between ${LOWEST} and ${HIGHEST}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const bound = new Promise<boolean>((resolve, reject) => {
    server.once('listening', () => resolve(true));
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
  });
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  if (!(await bound)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
