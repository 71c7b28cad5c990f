import { entryRules } from '@sap2/administration';
import { days, integer, milliseconds, seconds, text } from '../variable.js';

const MONTH_S = 30 * 86_400;

const isIssuer = (address: string): boolean => {
  const { protocol, hostname, origin } = new URL(address);
  return (
    address === origin && (protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
};

const issuer = entryRules.httpUrl.refine((address) => URL.canParse(address) && isIssuer(address)).optional();

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
  SAP2_SSF_ISSUER: text({
    schema: issuer,
    expected: 'an https address without a path, such as https://sap2.provider.example; http only on loopback',
    says: 'Turns Shared Signals on: subscriptions may have the format `caep`. It is the issuer of each token, and receivers reach our keys under it.',
    why: 'Not set: off. Receivers know this service by the issuer, so it must not change later.',
    source: 'northbound §4',
  }),
  SAP2_SSF_KEY_DAYS: integer(90, days(1, 730), {
    says: 'Age at which a new key signs the tokens of Shared Signals.',
    why: 'Receivers get the new key an hour before its first use. Old keys stay readable for 30 days more.',
    source: 'northbound §4',
  }),
} as const;
