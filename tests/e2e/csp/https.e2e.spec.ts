import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CSP_MEDIA_TYPES } from '@sap2/csp-wire';
import { freePort } from '@sap2/embedded-stores';
import { CertificateAuthority, testFolder } from '@sap2/test-support';
import type { Gateway } from '../../../apps/sap1/src/gateway/index.js';
import { codeIn, type HandsetAnswer } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile();
let gateway: Gateway;
let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await CertificateAuthority.create('Root of the operator');
  const { chainPem, keyPem } = await ca.issue({ names: ['localhost', '127.0.0.1'], usage: 'server' });
  const folder = mkdtempSync(join(testFolder(), 'gateway-tls-'));
  const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(certificateFile, chainPem);
  writeFileSync(keyFile, keyPem);
  const tls = { certificateFile, keyFile };
  gateway = await world.startGateway({
    node: 'n2',
    front: { port: 0, tls },
    pushes: { port: await freePort(), tls },
  });
});

afterAll(() => gateway.stop());

function post(bytes: Buffer): Promise<HandsetAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `https://127.0.0.1:${gateway.frontPort}/csp`,
      {
        method: 'POST',
        agent: false,
        ca: ca.certificatePem,
        headers: { 'content-type': CSP_MEDIA_TYPES.xml, 'content-length': bytes.length },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            httpStatus: answer.statusCode ?? 0,
            headers: answer.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.on('error', reject).end(bytes);
  });
}

describe('a gateway with certificates', () => {
  it('serves handsets by https', async () => {
    const handset = world.newHandset();
    const credential = { scheme: 'password', password: 'user-0-password' } as const;
    const answer = handset.read(await post(handset.request(handset.loginRequest(credential), undefined)));
    expect(codeIn(answer)).toBe(200);
  });

  it('serves SAP 2 by https', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const options = { method: 'GET', agent: false, ca: ca.certificatePem } as const;
      const sent = request(`https://127.0.0.1:${gateway.pushesPort}/`, options, ({ statusCode }) =>
        resolve(statusCode),
      );
      sent.on('error', reject).end();
    });
    expect(answer).toBe(405);
  });
});
