import type { KeepAliveWindow } from './keep-alive-window.js';
import type { Provider } from './provider.js';
import type { StateSync } from './state-sync.js';

/** One SAP 2 and everything that passes between it and this gateway. */
export interface ProviderDesk {
  readonly serviceID: string;
  readonly provider: Provider;
  readonly keepAlives: KeepAliveWindow;
  readonly sync: StateSync;
}
