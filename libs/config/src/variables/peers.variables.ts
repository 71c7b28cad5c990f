import { integer } from '../variable.js';

const MONTH_S = 2_592_000;

export const PEER_VARIABLES = {
  SAP2_SSP_SESSION_TTL_S: integer(
    { from: 1, to: MONTH_S, fallback: 86_400, unit: 'seconds' },
    {
      says: 'Life of an SSP session without an accepted message, as we announce it.',
      why: 'User sessions never die with it, so it costs a new set-up and nothing else.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_SSP_SESSIONS_PER_PEER: integer(
    { from: 1, to: 4096, fallback: 64 },
    {
      says: 'SSP sessions that one peer may hold at once.',
      why: 'One for each node of its cluster.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_PEER_REQUEST_RATE: integer(
    { from: 0, to: 1_000_000, fallback: 0 },
    {
      says: 'Messages per second that one peer may send to this process, if its agreement does not say; the next ones are answered with HTTP 429. 0: any number.',
      why: 'What a peer may do is a matter of its agreement; a fair share is kept by the limit below in any case.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_PEER_LOGIN_RATE: integer(
    { from: 0, to: 1_000_000, fallback: 0 },
    {
      says: 'Login requests per second of one peer in this process, if its agreement does not say; the next ones get 503 with a time to try again. 0: any number.',
      why: 'A challenge login takes two of them.',
      source: 'ssp-binding §4.1',
    },
  ),
  SAP2_PEER_IN_FLIGHT: integer(
    { from: 1, to: 100_000, fallback: 400 },
    {
      says: 'Messages of one peer at work at once in this process, if its agreement does not say; one more is answered with HTTP 429.',
      why: 'Less than half of `SAP2_MAX_IN_FLIGHT`, so that one peer cannot take the places of the others.',
      source: 'ssp-binding §2',
    },
  ),
  SAP2_SETUPS_PER_PEER: integer(
    { from: 1, to: 4096, fallback: 16 },
    {
      says: 'Set-ups of one peer that may wait for message 5 at once, if its agreement does not say. Their digest was right.',
      why: 'A node of the peer has one of them for some milliseconds.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_SETUPS_PER_ADDRESS: integer(
    { from: 16, to: 65_536, fallback: 4096 },
    {
      says: 'Set-ups from one source address that may wait for message 3 at once. One more takes the place of one in the middle of the list.',
      why: 'Message 1 proves nothing. Half of the places keep what was there before a flood; the other half gives a peer at the same address 2 s at 1 000 messages a second.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_SETUPS_IN_ALL: integer(
    { from: 16, to: 1_048_576, fallback: 16_384 },
    {
      says: 'Set-ups that may wait for message 3 at once, of all addresses. One more takes a place of the address that has most.',
      why: 'Each takes some 700 bytes of Redis, and 1.7 KB with the longest token: 12 MB, and 28 MB at the most.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_WRONG_DIGESTS_PER_ADDRESS: integer(
    { from: 1, to: 1_000_000, fallback: 60 },
    {
      says: 'Wrong digests in message 3 from one source address within `SAP2_SETUP_TTL_S` that get 409. Further ones get 503; a right digest is always taken.',
      why: 'A secret has too many bits to be guessed; this keeps the log short.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_SETUP_TTL_S: integer(
    { from: 1, to: 3600, fallback: 60, unit: 'seconds' },
    {
      says: 'Time after which an unfinished set-up is forgotten.',
      why: 'Six messages between two machines take less.',
      source: 'ssp-binding §3',
    },
  ),
  SAP2_REPETITION_KEEP_S: integer(
    { from: 1, to: 86_400, fallback: 600, unit: 'seconds' },
    {
      says: 'Time for which a repeated transaction gets the answer that it got before.',
      why: 'Longer than a peer goes on repeating one request.',
      source: 'ssp-binding §6',
    },
  ),
  SAP2_PUSH_DEADLINE_MS: integer(
    { from: 100, to: 300_000, fallback: 30_000, unit: 'milliseconds' },
    {
      says: 'Total time for one HTTP call to a peer, from connecting to the last byte.',
      why: 'A peer that answers byte by byte holds a lane no longer than this.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_PUSH_HORIZON_S: integer(
    { from: 1, to: MONTH_S, fallback: 86_400, unit: 'seconds' },
    {
      says: 'Age at which a disconnect that its peer never acknowledged is kept as undelivered.',
      why: 'A peer that was away for a day has to synchronise anyway.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_PUSH_BATCH: integer(
    { from: 1, to: 500, fallback: 500 },
    {
      says: 'Disconnects that share one message to a peer.',
      why: 'A message holds no more than 500 transactions.',
      source: 'ssp-binding §1, §5',
    },
  ),
  SAP2_PUSH_LANES: integer(
    { from: 1, to: 1024, fallback: 64 },
    {
      says: 'Messages of disconnects that this process has under way at once; half as many again may be under way to peers whose last message failed.',
      why: 'A peer that does not answer holds up its own messages and nobody else’s.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_PUSH_MESSAGES_PER_PEER: integer(
    { from: 1, to: 64, fallback: 4 },
    {
      says: 'Of these to one peer, when it has more to hear than one message holds.',
      why: 'Hides the time of a round trip; 1 for a peer that cannot take several at once.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_PUSH_FAILURES_TO_OPEN: integer(
    { from: 1, to: 100, fallback: 3 },
    {
      says: 'Messages to a peer that fail one after the other before its circuit opens: then one disconnect tries now and then, and the others wait and cost nothing.',
      why: 'One message can be lost by accident.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_PUSH_TRIAL_MAX_S: integer(
    { from: 1, to: 300, fallback: 15, unit: 'seconds' },
    {
      says: 'Longest pause between two trials of a peer whose circuit is open; they begin at 1 s and double.',
      why: 'So long a peer that is back may have to wait for its backlog.',
      source: 'ssp-binding §5',
    },
  ),
  SAP2_DELIVERIES_KEEP_DAYS: integer(
    { from: 1, to: 3650, fallback: 7, unit: 'days' },
    {
      says: 'Days for which a settled disconnect is kept for administrators to look up.',
      why: 'What a complaint of last week is about.',
    },
  ),
  SAP2_UNDELIVERED_KEEP_DAYS: integer(
    { from: 1, to: 3650, fallback: 90, unit: 'days' },
    {
      says: 'Days for which a disconnect that was given up is kept, to be replayed or cancelled.',
      why: 'Somebody was alerted, and has a quarter to act.',
    },
  ),
} as const;
