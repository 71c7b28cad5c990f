import { describe, expect, it } from '@jest/globals';
import { renameSync, symlinkSync } from 'node:fs';
import { tlsWorldForThisFile } from '../../support/service/tls-world.js';
import { until } from '../../support/service/until.js';

const world = tlsWorldForThisFile({ SAP2_TLS_RELOAD_S: '1' });

const isShown = (fingerprint: string) => async (): Promise<boolean> =>
  (await world.shownCertificate()) === fingerprint;

describe('a new certificate is found without a signal', () => {
  it('where the files are written over', async () => {
    const issued = await world.newServerCertificate();
    world.folder.certificate(issued);
    expect(await until('the new certificate', isShown(issued.fingerprint))).toBe(true);
  });

  it('where a link is swapped for another, as with secrets that are mounted', async () => {
    const issued = await world.newServerCertificate();
    for (const [name, pem] of [
      ['tls.crt', issued.chainPem],
      ['tls.key', issued.keyPem],
    ] as const) {
      const data = world.folder.file(`next-${name}`, pem);
      symlinkSync(data, `${data}.link`);
      renameSync(`${data}.link`, data.replace('next-', ''));
    }
    expect(await until('the certificate behind the link', isShown(issued.fingerprint))).toBe(true);
  });

  it('where one file came before the other', async () => {
    const before = await world.shownCertificate();
    const issued = await world.newServerCertificate();
    world.folder.file('tls.crt', issued.chainPem);
    await until('a refusal of one without the other', () => world.logged('tls_files_refused').length > 0);
    expect(await world.shownCertificate()).toBe(before);
    world.folder.file('tls.key', issued.keyPem);
    expect(await until('both', isShown(issued.fingerprint))).toBe(true);
  });
});
