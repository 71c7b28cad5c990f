import { z } from 'zod';
import { readCrashPoint } from '../crash-point.js';
import { choice, integer, text } from '../variable.js';

const ROLES = ['ssp', 'admin', 'sweeper', 'delivery'] as const;
export type Role = (typeof ROLES)[number];

const roles = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(ROLES)))
  .transform((names): ReadonlySet<Role> => new Set(names));

const crashPoint = z
  .string()
  .transform((point, context) => {
    const read = readCrashPoint(point);
    if (read !== undefined) return read;
    context.addIssue('is no crash point');
    return z.NEVER;
  })
  .optional();

export const PROCESS_VARIABLES = {
  SAP2_ROLES: text(
    {
      schema: roles,
      expected: `some of ${ROLES.join(', ')}, separated by commas`,
      fallback: ROLES.join(','),
    },
    {
      says: 'What this process does: the door towards peers, the door towards administrators, expiry, telling peers.',
      why: 'One process plays all roles; many processes may share them.',
    },
  ),
  SAP2_LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent'], 'info', {
    says: 'Least important event that is logged.',
    why: '`warn` is what an operator should look at, `error` what a programmer should.',
  }),
  SAP2_SHUTDOWN_DEADLINE_MS: integer(
    { from: 100, to: 300_000, fallback: 30_000, unit: 'milliseconds' },
    {
      says: 'Time to finish what is in flight after SIGTERM; what is not done by then is left for another process.',
      why: 'What container platforms grant before they kill.',
    },
  ),
  SAP2_SHUTDOWN_NOTICE_MS: integer(
    { from: 0, to: 60_000, fallback: 0, unit: 'milliseconds' },
    {
      says: 'Time between SIGTERM, when `/health/ready` begins to answer 503, and the moment from which work is refused. It counts towards the deadline.',
      why: 'As long as your load balancer takes to notice; 0 where peers try another process by themselves.',
    },
  ),
  SAP2_FAULT_INJECTION: text(
    {
      schema: crashPoint,
      expected: 'a call of a port, such as SessionLedger.open:after:3',
    },
    {
      says: 'For the fault suite and never for service: the process kills itself (SIGKILL) before or after this call of a port.',
      why: 'Set, and the log says so at every start.',
    },
  ),
} as const;
