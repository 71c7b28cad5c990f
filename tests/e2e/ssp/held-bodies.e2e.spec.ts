import { describe, expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';
import { Exposition } from '../../support/service/exposition.js';
import { whileLoginsAreHeld } from '../../support/service/held-logins.js';
import type { RawSap1 } from '../../support/peers/raw-sap1.js';
import { until } from '../../support/service/until.js';

const BOUND_BYTES = 1024 * 1024;
const BODY_BYTES = 100_000;
/** What one peer may hold while no other sender holds anything. */
const SHARE = Math.floor(BOUND_BYTES / 2 / BODY_BYTES);
const MESSAGES = 20;

const world = worldForThisFile({ SAP2_BODIES_BYTES: String(BOUND_BYTES) });

const scrape = async (): Promise<Exposition> =>
  new Exposition(await (await world.service.admin('GET', '/metrics')).text());
const held = async (of: 'peers' | 'strangers'): Promise<number> =>
  (await scrape()).value('sap2_ssp_body_bytes', { of });

describe('messages that are whole and not answered yet', () => {
  it('count, each peer has its share of them, and the others are served', async () => {
    const login = (sap1: RawSap1): string =>
      sap1.message([[sap1.nextTransactionID(), world.newUser(sap1).passwordRequest()]]).padEnd(BODY_BYTES);
    const { operator, rival } = world;
    // A SAP 1 with the session of the operator, and connections that have not proved themselves.
    const unproven = world.sap1();
    unproven.sessionID = operator.sessionID;
    const { first, refusals } = await whileLoginsAreHeld(async () => {
      const whole = Array.from({ length: SHARE }, () => unproven.post(login(operator)));
      await until(
        'messages that belong to the peer',
        async () => (await held('peers')) === SHARE * BODY_BYTES,
      );
      expect(await held('strangers')).toBe(0);
      const alive = Array.from({ length: MESSAGES - SHARE }, () => operator.ask('<KeepAliveRequest/>'));
      expect((await Promise.all(alive)).map(({ code }) => code)).toEqual(alive.map(() => 200));
      const more = await Promise.all(
        Array.from({ length: MESSAGES - SHARE }, () => operator.post(login(operator))),
      );
      expect(more.map(({ status }) => status)).toEqual(more.map(() => 503));
      for (const { headers } of more) expect(headers['retry-after']).toBe('5');
      expect(
        (await rival.post(rival.message([['big', '<KeepAliveRequest/>']]).padEnd(BODY_BYTES))).status,
      ).toBe(200);
      const peer = operator.peer.serviceID;
      const counted = (await scrape()).value('sap2_ssp_http_refusals_total', { reason: 'bodies', peer });
      return { first: whole, refusals: counted };
    });
    expect(refusals).toBe(MESSAGES - SHARE);
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(first.map(() => 200));
    await until('the end of all', async () => (await held('peers')) === 0);
  });
});
