import { integer, milliseconds, seconds } from '../variable.js';

const MONTH_S = 30 * 86_400;

/** Messages to receivers of events. */
export const WEBHOOK_VARIABLES = {
  SAP2_WEBHOOK_DEADLINE_MS: integer(15_000, milliseconds(100, 15_000), {
    says: 'Time in which a receiver must answer a webhook, from connecting to the status.',
    why: 'A later answer does not count as an acknowledgement. SAP 2 sends the message again.',
    source: 'northbound §3',
  }),
  SAP2_WEBHOOK_HORIZON_S: integer(259_200, seconds(1, MONTH_S), {
    says: 'How long a receiver may fail before its oldest events become undelivered.',
    why: 'Administrators can replay undelivered events while `SAP2_EVENTS_KEEP_DAYS` keeps them.',
    source: 'northbound §3',
  }),
  SAP2_WEBHOOK_RETRY_MAX_S: integer(60, seconds(1, 3_600), {
    says: 'Longest pause between two attempts to reach a receiver. The pauses begin at 1 s and double.',
    why: 'A receiver that is back waits at most this long for its backlog.',
    source: 'northbound §3',
  }),
} as const;
