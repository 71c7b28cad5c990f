import type { HeardToken, OutgoingSetups, SetUpAnswer } from '@sap2/peer-link';
import { outgoingSetupKey, outgoingSetupPeerKey } from './keys.js';
import type { RedisConnection } from './redis-connection.js';
import { asInteger, script } from './script.js';

const ANSWERS: readonly SetUpAnswer[] = [2, 4, 6];

const BEGIN = script('begin-outgoing-setup.lua', (reply) => (asInteger(reply) < 0 ? 'under-way' : 'begun'));
const HEAR = script('hear-setup-token.lua', (reply) => asInteger(reply) === 1);
const TAKE = script('take-setup-answer.lua', (reply) => asInteger(reply) === 1);
const REFUSE = script('count-setup-refusal.lua', (reply) => asInteger(reply) === 1);
const END = script('end-outgoing-setup.lua', (reply) => asInteger(reply) === 1);

/** A set-up stands under its peer; where an answer names only the transaction, a hint says whose it is. */
export class RedisOutgoingSetups implements OutgoingSetups {
  constructor(
    private readonly redis: RedisConnection,
    private readonly lifeMs: number,
  ) {}

  readonly begin: OutgoingSetups['begin'] = async ({ peer, transactionID, ourToken, ourID }) => {
    // The hint first: alone it leads nowhere, and a set-up without it could never be finished.
    await this.redis.ask((client) =>
      client.set(outgoingSetupPeerKey(transactionID), peer, 'PX', this.lifeMs),
    );
    return this.redis.run(BEGIN, [outgoingSetupKey(peer)], [transactionID, ourToken, ourID, this.lifeMs]);
  };

  readonly transactionWith: OutgoingSetups['transactionWith'] = async (peer) => {
    const found = await this.redis.ask((client) => client.hget(outgoingSetupKey(peer), 'transactionID'));
    return found ?? undefined;
  };

  readonly peerOf: OutgoingSetups['peerOf'] = async (transactionID) => {
    const peer = await this.redis.ask((client) => client.get(outgoingSetupPeerKey(transactionID)));
    return peer ?? undefined;
  };

  readonly awaited: OutgoingSetups['awaited'] = async (transactionID) => {
    const peer = await this.peerOf(transactionID);
    if (peer === undefined) return undefined;
    const [found, awaited] = await this.redis.ask((client) =>
      client.hmget(outgoingSetupKey(peer), 'transactionID', 'awaited'),
    );
    if (found !== transactionID) return undefined;
    return ANSWERS.find((answer) => String(answer) === awaited) ?? 'ending';
  };

  readonly find: OutgoingSetups['find'] = async (transactionID) => {
    const peer = await this.peerOf(transactionID);
    if (peer === undefined) return undefined;
    const [found, ourToken, ourID, heard] = await this.redis.ask((client) =>
      client.hmget(outgoingSetupKey(peer), 'transactionID', 'ourToken', 'ourID', 'heard'),
    );
    if (found !== transactionID || !ourToken || !ourID) return undefined;
    return { peer, transactionID, ourToken, ourID, heard: JSON.parse(heard ?? '[]') as HeardToken[] };
  };

  readonly hearToken: OutgoingSetups['hearToken'] = async (
    transactionID,
    { token, spelling, address },
    limit,
  ) => {
    const peer = await this.peerOf(transactionID);
    if (peer === undefined) return undefined;
    const args = [transactionID, token, spelling, address, limit];
    return (await this.redis.run(HEAR, [outgoingSetupKey(peer)], args))
      ? this.find(transactionID)
      : undefined;
  };

  readonly take: OutgoingSetups['take'] = async (transactionID, answer) => {
    const setup = await this.find(transactionID);
    if (setup === undefined) return undefined;
    const isTaken = await this.redis.run(TAKE, [outgoingSetupKey(setup.peer)], [transactionID, answer]);
    return isTaken ? setup : undefined;
  };

  readonly countRefusal: OutgoingSetups['countRefusal'] = async (transactionID) => {
    const peer = await this.peerOf(transactionID);
    return peer !== undefined && this.redis.run(REFUSE, [outgoingSetupKey(peer)], [transactionID]);
  };

  readonly end: OutgoingSetups['end'] = async (transactionID) => {
    const peer = await this.peerOf(transactionID);
    if (peer === undefined) return undefined;
    return (await this.redis.run(END, [outgoingSetupKey(peer)], [transactionID])) ? peer : undefined;
  };
}
