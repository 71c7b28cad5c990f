import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnTypeScript } from '@sap2/test-support';

const MAIN = new URL('../../../apps/sap2/src/main.ts', import.meta.url);

/** A service in a process of its own: to be killed. */
export interface ServiceProcess {
  readonly sspUrl: string;
  readonly adminUrl: string;
  readonly pid: number;
  /** From now on it finds the pipe closed into which it writes its log. */
  stopReading(): void;
  /** SIGKILL: as a crash. */
  kill(): Promise<void>;
  /** SIGTERM, or another signal, twice as npm passes it on; resolves with the exit code. */
  terminate(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the service as `npm start` does, from the sources. Resolves when both listeners are open. */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawnTypeScript(MAIN, [], { PATH, HOME, TMPDIR, SAP2_LOG_LEVEL: 'warn', ...environment });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const said: string[] = [];
  child.stdout.resume();
  const lines = createInterface({ input: child.stderr });
  const urls = new Promise<{ sspUrl: string; adminUrl: string }>((resolve, reject) => {
    let sspUrl = '';
    lines.on('line', (line) => {
      said.push(line);
      sspUrl ||= /SSP for peers:\s+(\S+)/.exec(line)?.[1] ?? '';
      const adminUrl = /Administration:\s+(\S+)\/admin\/v1/.exec(line)?.[1];
      if (adminUrl !== undefined) resolve({ sspUrl, adminUrl });
    });
    void exited.then(([code]) => reject(new Error(`The service ended with ${code}:\n${said.join('\n')}`)));
  });
  const { sspUrl, adminUrl } = await urls;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    sspUrl,
    adminUrl,
    pid: child.pid ?? 0,
    stopReading: () => void child.stdout.destroy(),
    kill: async () => void (await end('SIGKILL')),
    terminate: (signal = 'SIGTERM') => {
      child.kill(signal);
      return end(signal);
    },
  };
}
