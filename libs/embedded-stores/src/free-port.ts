import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range of outgoing connections (Linux: from 32768). In that range a client of a stopped server can
 * connect to itself. The server then never gets its port back.
 */
const [LOWEST, HIGHEST] = [15_000, 31_000];
const ATTEMPTS = 200;

/**
 * A loopback port that was free a moment ago, `preferred` if possible. The caller must still expect that another
 * process takes it.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(
    `No port on 127.0.0.1 between ${LOWEST} and ${HIGHEST} is free. Stop a program that uses one.`,
  );
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
