import { describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { CertificateAuthority, type IssuedCertificate } from '@sap2/test-support';

/** What Node says about a server with this certificate if it trusts `ca`. */
async function trustIn(server: IssuedCertificate, ca: string, servername: string): Promise<string> {
  const listener = createServer({ cert: server.chainPem, key: server.keyPem }, (socket) => socket.end());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', ca, servername });
  try {
    return await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve('trusted'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  } finally {
    socket.destroy();
    listener.close();
  }
}

describe('a certificate authority of the tests', () => {
  it('is trusted through its root, also with an authority in between, and for its names only', async () => {
    const root = await CertificateAuthority.create();
    const below = await root.subordinate();
    for (const issuer of [root, below]) {
      const issued = await issuer.issue({ names: ['sap2.example', '127.0.0.1'] });
      expect(await trustIn(issued, root.certificatePem, 'sap2.example')).toBe('trusted');
      expect(await trustIn(issued, root.certificatePem, 'other.example')).toBe(
        'ERR_TLS_CERT_ALTNAME_INVALID',
      );
    }
  });

  it('is not trusted through another root of the same name, nor past its time', async () => {
    const [root, namesake] = [await CertificateAuthority.create(), await CertificateAuthority.create()];
    const names = ['sap2.example'];
    const issued = await root.issue({ names });
    expect(await trustIn(issued, namesake.certificatePem, 'sap2.example')).not.toBe('trusted');
    const past = await root.issue({
      names,
      from: new Date(Date.now() - 7200_000),
      until: new Date(Date.now() - 1000),
    });
    expect(await trustIn(past, root.certificatePem, 'sap2.example')).toBe('CERT_HAS_EXPIRED');
  });

  it('tells the fingerprint as agreements name it', async () => {
    const issued = await (await CertificateAuthority.create()).issue();
    const read = new X509Certificate(issued.chainPem);
    expect(issued.fingerprint).toBe(read.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(Date.parse(read.validTo)).toBe(issued.until.getTime());
  });
});
