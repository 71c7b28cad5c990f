import { count, days, integer, milliseconds, seconds } from '../variable.js';

const MONTH_S = 2_592_000;

export const PEER_VARIABLES = {
  SAP2_SSP_SESSION_TTL_S: integer(86_400, seconds(1, MONTH_S), {
    says: 'Life of an SSP session without an accepted message, as we announce it.',
    why: 'User sessions do not end with it, so it costs only a new set-up.',
    source: 'ssp-binding §3',
  }),
  SAP2_SSP_SESSIONS_PER_PEER: integer(64, count(1, 4096), {
    says: 'SSP sessions that one peer may hold at once.',
    why: 'One for each node of its cluster.',
    source: 'ssp-binding §3',
  }),
  SAP2_PEER_REQUEST_RATE: integer(0, count(0, 1_000_000), {
    says: 'Messages per second that one peer may send to this process, unless its agreement says otherwise. Further messages get HTTP 429. 0: no limit.',
    why: 'The agreement decides what a peer may do. The limit below keeps a fair share in any case.',
    source: 'ssp-binding §2',
  }),
  SAP2_PEER_LOGIN_RATE: integer(0, count(0, 1_000_000), {
    says: 'Login requests per second of one peer in this process, unless its agreement says otherwise. Further ones get 503 with a time to try again. 0: no limit.',
    why: 'A challenge login takes two requests.',
    source: 'ssp-binding §4.1',
  }),
  SAP2_PEER_IN_FLIGHT: integer(400, count(1, 100_000), {
    says: 'Messages of one peer in progress at the same time in this process, unless its agreement says otherwise. One more gets HTTP 429.',
    why: 'Less than half of `SAP2_MAX_IN_FLIGHT`, so that one peer cannot take the places of the others.',
    source: 'ssp-binding §2',
  }),
  SAP2_SETUPS_PER_PEER: integer(16, count(1, 4096), {
    says: 'Set-ups of one peer that may wait for message 5 at the same time, unless its agreement says otherwise. Their digest was correct.',
    why: 'A node of the peer has one of them for some milliseconds.',
    source: 'ssp-binding §3',
  }),
  SAP2_SETUPS_PER_ADDRESS: integer(4096, count(16, 65_536), {
    says: 'Set-ups from one source address that may wait for message 3 at the same time. One more replaces one in the middle of the list.',
    why: 'Message 1 proves nothing. Half of the places keep set-ups from before a flood. At 1 000 messages per second, the other half gives a peer at the same address 2 s.',
    source: 'ssp-binding §3',
  }),
  SAP2_SETUPS_IN_ALL: integer(16_384, count(16, 1_048_576), {
    says: 'Set-ups of all addresses that may wait for message 3 at the same time. One more replaces one of the address that has the most.',
    why: 'Each takes about 700 bytes of Redis, and 1.7 KB with the longest token. In total this is 12 MB, and 28 MB at most.',
    source: 'ssp-binding §3',
  }),
  SAP2_WRONG_DIGESTS_PER_ADDRESS: integer(60, count(1, 1_000_000), {
    says: 'Wrong digests in message 3 from one source address within `SAP2_SETUP_TTL_S` that get 409. Further ones get 503. SAP 2 always accepts a correct digest.',
    why: 'A secret has too many bits to be guessed, so this only keeps the log short.',
    source: 'ssp-binding §3',
  }),
  SAP2_SETUP_TTL_S: integer(60, seconds(1, 3600), {
    says: 'Time after which SAP 2 forgets an unfinished set-up.',
    why: 'Six messages between two machines take less.',
    source: 'ssp-binding §3',
  }),
  SAP2_REPETITION_KEEP_S: integer(600, seconds(1, 86_400), {
    says: 'Time for which a repeated transaction gets the answer that it got before.',
    why: 'Longer than a peer goes on repeating one request.',
    source: 'ssp-binding §6',
  }),
  SAP2_PUSH_DEADLINE_MS: integer(30_000, milliseconds(100, 300_000), {
    says: 'Total time for one HTTP call to a peer, from connecting to the last byte.',
    why: 'A peer that answers byte by byte blocks a delivery no longer than this.',
    source: 'ssp-binding §5',
  }),
  SAP2_PUSH_HORIZON_S: integer(86_400, seconds(1, MONTH_S), {
    says: 'Age at which a disconnect that its peer never acknowledged becomes undelivered.',
    why: 'A peer that was away for a day must synchronise anyway.',
    source: 'ssp-binding §5',
  }),
  SAP2_PUSH_BATCH: integer(500, count(1, 500), {
    says: 'Disconnects that share one message to a peer.',
    why: 'A message holds no more than 500 transactions.',
    source: 'ssp-binding §1, §5',
  }),
  SAP2_PUSH_CONCURRENCY: integer(64, count(1, 1024), {
    says: 'Messages of disconnects that this process sends at the same time. Half as many more may go to peers whose last message failed.',
    why: 'A peer that does not answer delays only its own messages.',
    source: 'ssp-binding §5',
  }),
  SAP2_PUSH_MESSAGES_PER_PEER: integer(4, count(1, 64), {
    says: 'How many of these messages may go to one peer, if one message does not hold all its disconnects.',
    why: 'Several messages hide the time of a round trip. Set 1 for a peer that accepts only one at a time.',
    source: 'ssp-binding §5',
  }),
  SAP2_PUSH_FAILURES_TO_OPEN: integer(3, count(1, 100), {
    says: 'Messages to a peer that fail in a row before its circuit opens. Then SAP 2 tries one disconnect now and then, and the others wait without cost.',
    why: 'A single message can get lost by accident.',
    source: 'ssp-binding §5',
  }),
  SAP2_PUSH_TRIAL_MAX_S: integer(15, seconds(1, 300), {
    says: 'Longest pause between two trials of a peer whose circuit is open. The pauses begin at 1 s and double.',
    why: 'A peer that is back waits at most this long for its backlog.',
    source: 'ssp-binding §5',
  }),
  SAP2_DELIVERIES_KEEP_DAYS: integer(7, days(1, 3650), {
    says: 'Days for which administrators can look up an acknowledged disconnect.',
    why: 'A complaint may concern the last week.',
  }),
  SAP2_UNDELIVERED_KEEP_DAYS: integer(90, days(1, 3650), {
    says: 'Days for which an undelivered disconnect is kept, so that an administrator can send or cancel it.',
    why: 'An alert was raised, and the operator has a quarter of a year to act.',
  }),
} as const;
