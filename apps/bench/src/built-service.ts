import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const MAIN = 'dist/apps/sap2/src/main.js';
/** As `npm start` has it. */
const USUAL_OPTIONS = ['--max-semi-space-size=32'];

/** A process of the service as it is built. */
export interface BuiltService {
  readonly sspUrl: string;
  readonly adminUrl: string;
  readonly pid: number;
  terminate(): Promise<void>;
}

export async function startBuiltService(
  environment: Readonly<Record<string, string>>,
  folder = '.',
  nodeOptions: readonly string[] = [],
): Promise<BuiltService> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [...USUAL_OPTIONS, ...nodeOptions, MAIN], {
    cwd: folder,
    env: { PATH, HOME, TMPDIR, SAP2_LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  const { sspUrl, adminUrl } = await new Promise<{ sspUrl: string; adminUrl: string }>((resolve, reject) => {
    void exited.then(() => reject(new Error(`The service ended:\n${said.join('\n')}`)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const all = said.join('\n');
      const ssp = /SSP for peers:\s+(\S+)/u.exec(all)?.[1];
      const admin = /Administration:\s+(\S+)\/admin\/v1/u.exec(all)?.[1];
      if (ssp !== undefined && admin !== undefined) resolve({ sspUrl: ssp, adminUrl: admin });
    });
  });
  return {
    sspUrl,
    adminUrl,
    pid: child.pid ?? 0,
    terminate: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
