import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@sap2/embedded-stores';
import { DemoFailure } from './demo-failure.js';
import { Sap2Process } from './sap2-process.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sap2-process-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(code: string): Promise<string> {
  const file = join(folder, 'main.mjs');
  await writeFile(file, code);
  return file;
}

describe('the process of SAP 2', () => {
  it('is ready when it says so, and ends on request', async () => {
    const port = await freePort();
    const main = await program(`
      import { createServer } from 'node:http';
      console.error('PostgreSQL: found');
      const server = createServer((request, response) => response.writeHead(200).end()).listen(${port}, '127.0.0.1');
      process.on('SIGTERM', () => { server.close(); server.closeAllConnections(); });
    `);
    const heard: string[] = [];
    const sap2 = new Sap2Process(main, process.env, (line) => void heard.push(line));
    await sap2.ready(`http://127.0.0.1:${port}`);
    expect(heard).toEqual(['PostgreSQL: found']);
    expect(await sap2.stop()).toBe(0);
  });

  it('that does not start is noticed at once, with its last words', async () => {
    const main = await program(`console.error('SAP2_BIND: no such address'); process.exitCode = 78;`);
    const sap2 = new Sap2Process(main, process.env, () => undefined);
    await expect(sap2.ready(`http://127.0.0.1:${await freePort()}`)).rejects.toThrow(DemoFailure);
    expect(sap2.lastLines).toEqual(['SAP2_BIND: no such address']);
    expect(await sap2.stop()).toBe(78);
  });
});
