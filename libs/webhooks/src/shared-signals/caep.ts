import type { EventType, FeedEvent } from '@sap2/event-feed';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';

/** The event types of a stream: which of our events becomes which event of CAEP 1.0 (northbound §4). */
export const CAEP_EVENTS = {
  'session.started': `${CAEP}/session-established`,
  'session.ended': `${CAEP}/session-revoked`,
  'user.credentials-changed': `${CAEP}/credential-change`,
} as const satisfies Partial<Record<EventType, string>>;

type CaepType = keyof typeof CAEP_EVENTS;

/** Our events that a stream can have. */
export const CAEP_TYPES = Object.keys(CAEP_EVENTS) as readonly CaepType[];

export const isCaepType = (type: EventType): type is CaepType => type in CAEP_EVENTS;

type Initiator = 'admin' | 'user' | 'policy' | 'system';

/** Who ended a session, by the `cause` of the event. */
const INITIATORS: Readonly<Record<string, Initiator>> = {
  logout: 'user',
  replaced: 'user',
  expired: 'policy',
  evicted: 'policy',
  'left-out': 'system',
  administrator: 'admin',
  suspended: 'admin',
  deleted: 'admin',
  'credentials-changed': 'admin',
  'agreement-ended': 'admin',
};

const MS = 1_000;

/** `events` of a security event token: one event with its claims. Times are in seconds. */
export function caepEventOf(event: FeedEvent): Readonly<Record<string, object>> {
  if (!isCaepType(event.type)) throw new Error(`${event.type} is no event of CAEP`);
  return {
    [CAEP_EVENTS[event.type]]: {
      event_timestamp: Math.floor(event.atMs / MS),
      ...CLAIMS[event.type](event),
    },
  };
}

const CLAIMS: Readonly<Record<CaepType, (event: FeedEvent) => object>> = {
  'session.started': () => ({ initiating_entity: 'user' }),
  'session.ended': ({ data }) => ({
    initiating_entity: INITIATORS[String(data['cause'])] ?? 'system',
    reason_admin: { en: `The session ended: ${String(data['cause'])}.` },
  }),
  'user.credentials-changed': () => ({
    credential_type: 'password',
    change_type: 'update',
    initiating_entity: 'admin',
  }),
};

/** Whom an event is about (RFC 9493, SSF 1.0 §3): the user, and the session where it is about one. */
export const subjectOf = ({ account, sessionID }: FeedEvent, issuer: string): object => ({
  format: 'complex',
  user: { format: 'iss_sub', iss: issuer, sub: account },
  ...(sessionID !== undefined && { session: { format: 'opaque', id: sessionID } }),
});
