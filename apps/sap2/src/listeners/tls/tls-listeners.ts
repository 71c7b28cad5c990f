import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
import { runLoop } from '../../loops/loop.js';
import { CallsTls } from './calls-tls.js';
import { ListenerTls, type TlsState } from './listener-tls.js';
import { type TlsListenerName, tlsFilesOf } from './tls-files.js';

/** All users of certificates: the listeners with https, and our calls to peers. */
export class TlsListeners {
  private constructor(
    readonly ssp: ListenerTls | undefined,
    readonly admin: ListenerTls | undefined,
    readonly calls: CallsTls,
  ) {}

  /** @throws UnusableTlsFiles */
  static async open(config: Config, log: EventLog): Promise<TlsListeners> {
    const open = async (listener: TlsListenerName): Promise<ListenerTls | undefined> => {
      const files = tlsFilesOf(config, listener);
      return files && ListenerTls.open(listener, files, log);
    };
    return new TlsListeners(
      config.roles.has('ssp') ? await open('ssp') : undefined,
      await open('admin'),
      await CallsTls.open(config, log),
    );
  }

  get states(): readonly TlsState[] {
    return [...this.listeners.map(({ state }) => state), ...this.calls.states];
  }

  async reload(): Promise<void> {
    await Promise.all([...this.listeners, this.calls].map((one) => one.reload()));
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

  private get listeners(): readonly ListenerTls[] {
    return [this.ssp, this.admin].filter((listener) => listener !== undefined);
  }
}
