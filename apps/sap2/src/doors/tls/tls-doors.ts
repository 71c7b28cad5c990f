import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
import { runLoop } from '../../loops/loop.js';
import { CallsTls } from './calls-tls.js';
import { DoorTls, type TlsState } from './door-tls.js';
import { type TlsDoorName, tlsFilesOf } from './tls-files.js';

/** All users of certificates: the listeners with https, and our calls to peers. */
export class TlsDoors {
  private constructor(
    readonly ssp: DoorTls | undefined,
    readonly admin: DoorTls | undefined,
    readonly calls: CallsTls,
  ) {}

  /** @throws UnusableTlsFiles */
  static async open(config: Config, log: EventLog): Promise<TlsDoors> {
    const open = async (door: TlsDoorName): Promise<DoorTls | undefined> => {
      const files = tlsFilesOf(config, door);
      return files && DoorTls.open(door, files, log);
    };
    return new TlsDoors(
      config.roles.has('ssp') ? await open('ssp') : undefined,
      await open('admin'),
      await CallsTls.open(config, log),
    );
  }

  get states(): readonly TlsState[] {
    return [...this.doors.map(({ state }) => state), ...this.calls.states];
  }

  async reload(): Promise<void> {
    await Promise.all([...this.doors, this.calls].map((one) => one.reload()));
  }

  /** Until the signal aborts. */
  async follow(pauseMs: number, log: EventLog, signal: AbortSignal): Promise<void> {
    const loop = {
      name: 'certificates',
      pauseMs,
      step: async (): Promise<'rest'> => {
        await this.reload();
        return 'rest';
      },
    };
    await runLoop(loop, signal, (role, error) => log.warn('loop_failed', { role, error }));
  }

  private get doors(): readonly DoorTls[] {
    return [this.ssp, this.admin].filter((door) => door !== undefined);
  }
}
