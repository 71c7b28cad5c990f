import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { build, SERVICE, spawnBuilt } from './built-program.js';

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

/** Started as `npm start` does it; resolves when it listens for peers and for administrators. */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const { PATH, HOME, TMPDIR } = process.env;
  await build();
  const child = spawnBuilt(SERVICE, [], { PATH, HOME, TMPDIR, SAP2_LOG_LEVEL: 'warn', ...environment });
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
