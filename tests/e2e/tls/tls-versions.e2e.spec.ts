import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type SecureVersion } from 'node:tls';
import { tlsWorldForThisFile } from '../../support/service/tls-world.js';

const world = tlsWorldForThisFile();

/** What OpenSSL wants to hear before it speaks anything older than TLS 1.2. */
const OLD_CIPHERS = 'DEFAULT@SECLEVEL=0';

/** The version that a client is given that speaks this one only, or why it was not connected. */
async function handshake(port: number, version: SecureVersion): Promise<string> {
  const socket = connect({
    ...world.tls(world.operatorCertificate),
    host: '127.0.0.1',
    port,
    minVersion: version,
    maxVersion: version,
    ciphers: OLD_CIPHERS,
  });
  try {
    return await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve(socket.getProtocol() ?? ''));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    socket.destroy();
  }
}

const sspPort = (): number => Number(new URL(world.service.sspUrl).port);

describe('TLS is 1.2 or newer (§2)', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken', async (version) => {
    expect(await handshake(sspPort(), version)).toBe(version);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused, though the client could', async (version) => {
    const { chainPem: cert, keyPem: key } = await world.newServerCertificate();
    const old = createServer({ cert, key, minVersion: 'TLSv1', ciphers: OLD_CIPHERS });
    old.listen(0, '127.0.0.1');
    await once(old, 'listening');
    try {
      expect(await handshake((old.address() as AddressInfo).port, version)).toBe(version);
      expect(await handshake(sspPort(), version)).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    } finally {
      old.close();
    }
  });
});
