import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '@sap2/config';

/**
 * Opens each port for a moment. A taken one is found before stores are started and migrated.
 * @throws what `listen` says of the first that can not be opened
 */
export async function tryPorts({
  roles,
  bind,
  adminBind,
  sspPort,
  sspPlainPort,
  adminPort,
}: Config): Promise<void> {
  const ofPeers = roles.has('ssp') ? [sspPort, sspPlainPort] : [];
  const ports = [...ofPeers.map((port) => ({ host: bind, port })), { host: adminBind, port: adminPort }];
  for (const { host, port } of ports) {
    if (port === undefined || port === 0) continue;
    const server = createServer();
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  }
}
