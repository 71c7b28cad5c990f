import type { Brand } from '@sap2/kernel';

/** The first characters of a user-session id: enough to follow a session through the log, useless to take it over. */
export type SessionTag = Brand<string, 'SessionTag'>;

const TAG_LENGTH = 6;

export const sessionTag = (id: string): SessionTag => id.slice(0, TAG_LENGTH) as SessionTag;
