import { setTimeout as pause } from 'node:timers/promises';
import { BenchWorld, STEADY } from './bench-world.js';
import { inSeconds, nowMs, say } from './figures.js';
import { HearingPeer } from './heard-disconnects.js';

const PATIENCE_MS = 300_000;

/** `npm run bench -- disconnects [sessions]`: all sessions of a peer end at once, and the peer answers each disconnect at once. */
async function benchDisconnects(sessions: number): Promise<void> {
  const peer = await HearingPeer.open(STEADY);
  const world = await BenchWorld.start({
    callbackUrls: { [STEADY.serviceID]: peer.url },
    environment: { SAP2_PEER_NETWORKS: 'loopback' },
  });
  try {
    await world.ledger.addSessions('crowd', STEADY.serviceID, sessions);
    await world.putIntoRedis(sessions);
    const sinceMs = nowMs();
    await world.admin('POST', '/sessions/end', { filter: { peer: STEADY.serviceID }, reason: 'the bench' });
    while (peer.ids.size < sessions) {
      if (nowMs() - sinceMs > PATIENCE_MS) throw new Error(`${peer.ids.size} of ${sessions} came in time`);
      await pause(20);
    }
    const [first, last] = [peer.heard[0]?.atMs ?? 0, peer.heard.at(-1)?.atMs ?? 0];
    const rate = (sessions * 1_000) / (last - first);
    say(`${sessions} sessions ended; the last disconnect came after ${inSeconds(last - sinceMs)}`);
    say(
      `${rate.toFixed(0)} disconnects a second; ${peer.heard.length} in all, so ${peer.heard.length - sessions} came twice`,
    );
  } finally {
    await world.stop();
    peer.close();
  }
}

await benchDisconnects(Number(process.argv[2] ?? 50_000));
