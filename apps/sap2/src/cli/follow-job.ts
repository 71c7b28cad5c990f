import { setTimeout as pause } from 'node:timers/promises';
import { refuse } from './answered.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { AdminConnection } from './admin-connection.js';
import { type Output, progressOn } from './output.js';

const LOOK_EVERY_MS = 200;

/** Works on the job, beside the services that do, until it is over. Ctrl-C leaves it to them. */
export async function followJob(admin: AdminConnection, id: string, output: Output): Promise<ExitCode> {
  const end = new AbortController();
  const working = admin.workOnJobs(end.signal);
  try {
    let progress: ReturnType<typeof progressOn> | undefined;
    let shown = 0;
    for (;;) {
      const { statusCode, body } = await admin.request({ method: 'GET', path: `/jobs/${id}` });
      const json = (await body.json()) as {
        readonly state: string;
        readonly total: number;
        readonly done: number;
      };
      if (statusCode >= 400) return refuse({ status: statusCode, json: { ...json } }, output);
      progress ??= progressOn(output, json.total);
      progress.add(json.done - shown);
      shown = json.done;
      if (json.state !== 'running') {
        progress.end();
        output.result({ ...json });
        return json.state === 'done' ? EXIT.done : EXIT.refused;
      }
      await pause(LOOK_EVERY_MS, undefined, { signal: admin.end });
    }
  } finally {
    end.abort();
    await working;
  }
}
