import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { until } from '@sap2/test-support';
import { codeIn, type RawHandset } from '../../support/peers/raw-handset.js';
import { gatewayWorldForThisFile } from '../../support/service/gateway-world.js';

const world = gatewayWorldForThisFile({ front: { port: 0, longPollS: 30 }, stcp: { port: 0 } });

async function loggedIn(handset = world.newHandset()): Promise<RawHandset> {
  expect(await handset.login()).toBe(200);
  return handset;
}

const gatewaySees = (cause: string): Promise<unknown> =>
  until(cause, () => world.log.some((line) => line.includes('csp_session_ended') && line.includes(cause)));

/** Waits until this poll has reached the gateway. */
async function pollingAt(handset: RawHandset) {
  const answer = handset.poll();
  const path = `${world.adminUrl}/sessions/${handset.sessionID?.slice(0, 12)}`;
  await until('a poll that waits', async () => {
    const shown = (await (await fetch(path)).json()) as { readonly isPollWaiting: boolean };
    return shown.isPollWaiting;
  });
  return answer;
}

describe('a session that SAP 2 ends', () => {
  it('reaches the handset by a poll that waits; later messages get 601', async () => {
    const handset = await loggedIn();
    const waiting = handset.poll();
    await until('the poll', async () => (await readings()).waitingPolls > 0);
    await world.end(handset.sessionID ?? '');
    const push = await waiting;
    expect(push).toMatchObject({
      mode: 'Request',
      session: { type: 'Inband', sessionID: handset.sessionID },
      primitive: { kind: 'Disconnect', result: { code: 601 } },
    });
    expect(push?.transactionID).toBeTruthy();
    expect(await handset.keepAlive()).toBe(601);
    expect(codeIn(await handset.poll())).toBe(601);
  });

  it('by Poll=T in the next answer, if no poll waits', async () => {
    const handset = await loggedIn();
    expect((await handset.say({ kind: 'KeepAlive-Request', timeToLive: undefined }))?.poll).toBeUndefined();
    await world.end(handset.sessionID ?? '');
    await gatewaySees('push');
    const next = await until('an answer with Poll', async () => {
      const answer = await handset.say({ kind: 'KeepAlive-Request', timeToLive: undefined });
      return codeIn(answer) === 601 && answer;
    });
    expect(next).toMatchObject({ poll: true, primitive: { kind: 'Status' } });
    expect(await handset.poll()).toMatchObject({ primitive: { kind: 'Disconnect', result: { code: 601 } } });
    const later = await handset.say({ kind: 'KeepAlive-Request', timeToLive: undefined });
    expect([codeIn(later), later?.poll]).toEqual([601, undefined]);
  });

  it('by STCP', async () => {
    const handset = await loggedIn();
    const socket = connect(world.gateway.stcpPort ?? 0, '127.0.0.1');
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const line = async (): Promise<unknown> => (await lines.next()).value;
    socket.write(`HELO ${handset.sessionID}\r\n`);
    expect(await line()).toBe('OK');
    socket.write('PING\r\nPING \r\n');
    expect([await line(), await line()]).toEqual(['OK', 'OK']);
    await world.end(handset.sessionID ?? '');
    expect(await line()).toBe('WVCI 1.2 cookie-of-handset');
    expect(await handset.poll()).toMatchObject({ primitive: { kind: 'Disconnect', result: { code: 601 } } });
    socket.destroy();
  });

  it.each(['HELO 00unknown', 'GET / HTTP/1.1', 'PING', `HELO ${'x'.repeat(200)}`])(
    'STCP closes after %s',
    async (text) => {
      const socket = connect(world.gateway.stcpPort ?? 0, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.write(`${text}\r\n`);
      await once(socket, 'close');
      expect(socket.destroyed).toBe(true);
    },
  );

  it('STCP closes after the PING of a session that is over', async () => {
    const handset = await loggedIn();
    const socket = connect(world.gateway.stcpPort ?? 0, '127.0.0.1');
    socket.write(`HELO ${handset.sessionID}\r\n`);
    await once(socket, 'data');
    expect(codeIn(await handset.logout())).toBe(200);
    socket.write('PING\r\n');
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toBe('');
  });

  it('by a newer login of the same client: the first handset gets 601', async () => {
    const first = await loggedIn();
    const waiting = pollingAt(first);
    const second = await loggedIn(
      world.handset({ userID: first.userID, client: first.client, password: passwordOf(first.userID) }),
    );
    expect(await waiting).toMatchObject({ primitive: { kind: 'Disconnect', result: { code: 601 } } });
    expect(await first.keepAlive()).toBe(601);
    expect(await second.keepAlive()).toBe(200);
  });
});

async function readings(): Promise<{ readonly waitingPolls: number }> {
  return (await (await fetch(`${world.adminUrl}/sessions`)).json()) as { readonly waitingPolls: number };
}

const passwordOf = (userID: string): string => `${/user-\d+/.exec(userID)?.[0]}-password`;
