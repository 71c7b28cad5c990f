import {
  type CspVersion,
  CSP_VERSIONS,
  type DueSession,
  type EndCause,
  END_CAUSES,
  type Grant,
  LiveStoreUnavailableError,
  parseServiceID,
  type RenewOutcome,
  type ServiceID,
  type SessionTimes,
  type UserSessionID,
} from '@sap2/session-core';
import { asID, asInteger, asList, asText, asTexts, script, sessionScript } from './script.js';

export type Drift = Omit<Grant, 'id'>;

/** What a shard says of itself. */
export type Pulse = 'lost' | 'whole' | 'drifting';

function memberOf<T extends string>(known: readonly T[], text: unknown): T {
  const member = known.find((each) => each === text);
  if (member === undefined) throw new Error('the live store holds a value that this version does not know');
  return member;
}

function asPeer(text: string): ServiceID {
  const peer = parseServiceID(text);
  if (!peer.ok) throw new Error('the live store holds a session whose peer has no valid serviceID');
  return peer.value;
}

const asCause = (reply: unknown): EndCause => memberOf(END_CAUSES, reply);
const asCspVersion = (reply: unknown): CspVersion => memberOf(CSP_VERSIONS, reply);
const asIDs = (reply: unknown): readonly UserSessionID[] => asTexts(reply).map(asID);
const asFlag = (reply: unknown): boolean => asInteger(reply) === 1;
const nothing = (reply: unknown): void => void asInteger(reply);

const UNKNOWN = -2;
const MISMATCH = -3;

function asRenewOutcome(reply: unknown, id: UserSessionID): RenewOutcome {
  if (reply === UNKNOWN) return { kind: 'unknown' };
  if (reply === MISMATCH) return { kind: 'mismatch' };
  if (typeof reply === 'string') return { kind: 'ended', cause: asCause(reply) };
  const [time, cspVersion, sapEpoch] = asList(reply);
  const keepAliveTimeS = asInteger(time);
  const renewed = { kind: 'renewed', keepAliveTimeS, cspVersion: asCspVersion(cspVersion) } as const;
  if (sapEpoch === undefined) return renewed;
  return { ...renewed, unrecorded: { id, keepAliveTimeS, sapEpoch: asText(sapEpoch) || undefined } };
}

function asDueSessions(reply: unknown): readonly DueSession[] {
  const values = asTexts(reply);
  const sessions: DueSession[] = [];
  for (let i = 0; i + 2 < values.length; i += 3) {
    const [id = '', peer = '', cause] = values.slice(i, i + 3);
    sessions.push({ id: asID(id), peer: asPeer(peer), cause: asCause(cause) });
  }
  return sessions;
}

/** In the order of the keys; undefined for a session that is gone. */
function asDrifts(reply: unknown): readonly (Drift | undefined)[] {
  const values = asTexts(reply);
  const drifts: (Drift | undefined)[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) {
    const [keepAliveTimeS, sapEpoch] = values.slice(i, i + 2);
    drifts.push(
      keepAliveTimeS
        ? { keepAliveTimeS: Number(keepAliveTimeS), sapEpoch: sapEpoch || undefined }
        : undefined,
    );
  }
  return drifts;
}

/** In the order of the keys. */
function asSessionTimes(reply: unknown): readonly (SessionTimes | undefined)[] {
  const values = asTexts(reply);
  return Array.from({ length: values.length / 2 }, (_, i) => {
    const [usedAtMs, expiresAtMs] = values.slice(2 * i, 2 * i + 2);
    return usedAtMs && expiresAtMs
      ? { lastKeepAliveAtMs: Number(usedAtMs), expiresAtMs: Number(expiresAtMs) }
      : undefined;
  });
}

const ENDED = -2;
const NOT_YOURS = -2;

function asCompletion(reply: unknown): void {
  if (asInteger(reply) === NOT_YOURS) {
    throw new LiveStoreUnavailableError(
      'the live store lost a shard again, or another process rebuilds it now',
    );
  }
}

const PULSES: readonly Pulse[] = ['lost', 'whole', 'drifting'];

function asPulse(reply: unknown): Pulse {
  return memberOf(PULSES, PULSES[asInteger(reply)]);
}

/** Of each session, in the order of the call; its id is the caller's to say. */
export const RENEW = sessionScript('renew-sessions.lua', (reply) =>
  asList(reply).map((one) => (id: UserSessionID) => asRenewOutcome(one, id)),
);
export const TIMES = sessionScript('session-times.lua', asSessionTimes);
export const PUT = sessionScript('put-session.lua', (reply) =>
  asInteger(reply) === ENDED ? ('ended' as const) : ('stored' as const),
);
/** Not one of those that refuse a lost shard: it is how a shard comes back. */
export const RESTORE = sessionScript('restore-sessions.lua', asInteger);
export const REMOVE = sessionScript('remove-sessions.lua', asIDs);
export const SHUT_OUT = script('shut-out.lua', nothing);
export const LET_IN = script('let-in.lua', nothing);
export const RESERVE = sessionScript('reserve-session.lua', nothing);
export const FIND_DUE = sessionScript('due-sessions.lua', asIDs);
export const CLAIM_DUE = sessionScript('claim-due.lua', asDueSessions);
export const CLAIM_LEFT_OUT = sessionScript('claim-left-out.lua', asIDs);
export const FIND_DRIFT = sessionScript('find-drift.lua', asIDs);
export const READ_DRIFT = sessionScript('read-drift.lua', asDrifts);
export const SETTLE_DRIFT = sessionScript('settle-drift.lua', asIDs);
export const OVERDUE = sessionScript('overdue.lua', asInteger);
export const BEGIN_REBUILD = sessionScript('begin-rebuild.lua', asFlag);
export const COMPLETE_REBUILD = sessionScript('complete-rebuild.lua', asCompletion);
export const PULSE = sessionScript('pulse.lua', asPulse);
