import { describe, expect, it } from '@jest/globals';
import type { IssuedCertificate } from '@sap2/test-support';
import { AdminClient } from '../../support/service/admin-client.js';
import { OPERATOR } from '../../support/service/conformance-world.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { OPERATOR_NAME, tlsWorldForThisFile } from '../../support/service/tls-world.js';
import { until } from '../../support/service/until.js';

const world = tlsWorldForThisFile();

const ask = async (sap1: RawSap1): Promise<number> =>
  (await sap1.post(sap1.message([[sap1.nextTransactionID(), '<KeepAliveRequest/>']]))).status;

/** What the agreement of the operator says from now on. */
async function agree(...clientCertificates: readonly string[]): Promise<void> {
  const admin = new AdminClient(world.service.adminUrl);
  const path = `/agreements/${OPERATOR.serviceID}`;
  expect((await admin.ask('PATCH', path, { body: { clientCertificates } })).status).toBe(200);
}

/**
 * With a certificate that expires soon. If the machine is too busy for the first life, the next one is longer.
 */
async function connectedInTime(lifeMs = 10_000): Promise<{ ending: IssuedCertificate; operator: RawSap1 }> {
  const end = new Date(Date.now() + lifeMs);
  const ending = await world.clientCa.issue({ names: [OPERATOR_NAME], until: end });
  const operator = world.sap1(OPERATOR, ending);
  const status = await operator.connect().then(ask, (error: unknown) => error);
  if (Date.now() >= end.getTime()) return connectedInTime(2 * lifeMs);
  expect(status).toBe(200);
  return { ending, operator };
}

describe('a certificate is looked at with every message, not when the connection is made (§2)', () => {
  it('what the agreement says counts for connections that are open', async () => {
    const operator = await world.operator();
    expect(await ask(operator)).toBe(200);
    await agree(`sha256:${world.rivalCertificate.fingerprint}`);
    expect(await ask(operator)).toBe(403);
    const next = await world.clientCa.issue({ names: ['next.operator.example'] });
    await agree(`dns:${OPERATOR_NAME}`, `sha256:${next.fingerprint}`);
    expect(await ask(operator)).toBe(200);
    expect(operator.connections.size).toBe(1);
    // A peer gets a new certificate as it gets a new secret: both are good for a while.
    const { sessionID, theirSessionID } = operator;
    const renewed = Object.assign(world.sap1(OPERATOR, next), { sessionID, theirSessionID });
    expect(await ask(renewed)).toBe(200);
    await agree(`dns:${OPERATOR_NAME}`);
    expect([await ask(renewed), await ask(operator)]).toEqual([403, 200]);
  });

  it('and so does the end of the certificate itself', async () => {
    const { ending, operator } = await connectedInTime();
    await until('the end of the certificate', async () => (await ask(operator)) === 403);
    expect(Date.now()).toBeGreaterThanOrEqual(ending.until.getTime());
    expect(operator.connections.size).toBe(1);
    expect(world.logged('ssp_message_misfit').map(({ outcome }) => outcome)).toContain('no-certificate');
  });
});
