import type { Fault } from './fault.js';
import { askedInAnyOrder } from './faults/asked-in-any-order.js';
import { crashAfterSend } from './faults/crash-after-send.js';
import { crashAtEachStep } from './faults/crash-at-each-step.js';
import { firstStart } from './faults/first-start.js';
import { peerAway } from './faults/peer-away.js';
import { peerMisbehaves } from './faults/peer-misbehaves.js';
import { sap1Restarted } from './faults/sap1-restarted.js';
import { secretsReplaced } from './faults/secrets-replaced.js';
import { frozen } from './faults/frozen.js';
import { grantedThenEmptied } from './faults/granted-then-emptied.js';
import { oneStoreUnseen } from './faults/one-store-unseen.js';
import { postgresInTrouble } from './faults/postgres-in-trouble.js';
import { postgresRestarted } from './faults/postgres-restarted.js';
import { redisAway, redisEmptied, redisRestarted } from './faults/redis-faults.js';
import { rollingRestart } from './faults/rolling-restart.js';
import { strangers } from './faults/strangers.js';

/** In the order of docs/reliability.md. */
export const FAULTS: readonly Fault[] = [
  crashAfterSend,
  crashAtEachStep,
  redisRestarted,
  redisEmptied,
  redisAway,
  postgresRestarted,
  peerAway,
  peerMisbehaves,
  sap1Restarted,
  askedInAnyOrder,
  oneStoreUnseen,
  rollingRestart,
  secretsReplaced,
  firstStart,
  postgresInTrouble,
  grantedThenEmptied,
  strangers,
  frozen,
];
