import { z } from 'zod';
import { readCrashPoint } from '../crash-point.js';
import { choice, integer, milliseconds, text } from '../variable.js';

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

const MOST_WORKERS = 64;
const workers = z.union([
  z.literal('auto'),
  z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(MOST_WORKERS)),
]);

export const PROCESS_VARIABLES = {
  SAP2_ROLES: text({
    schema: roles,
    expected: `some of ${ROLES.join(', ')}, separated by commas`,
    fallback: ROLES.join(','),
    says: 'What this process does: `ssp` serves peers, `admin` serves administrators, `sweeper` ends expired sessions, `delivery` sends disconnects.',
    why: 'One process may have all roles, or several processes may share them.',
  }),
  SAP2_WORKERS: text({
    schema: workers,
    expected: `auto, or a whole number from 1 to ${MOST_WORKERS}`,
    fallback: 'auto',
    says: 'Processes that serve behind the same ports. A supervisor starts them, and replaces one that ends. SIGUSR2 restarts them one after the other.',
    why: '`auto` is one for each core with `NODE_ENV=production` and your own stores. Otherwise it is 1, without a supervisor.',
  }),
  SAP2_LOG_LEVEL: choice(['debug', 'info', 'warn', 'error', 'silent'], 'info', {
    says: 'Least important event that the service logs.',
    why: '`warn` concerns operators, `error` concerns developers.',
  }),
  SAP2_SHUTDOWN_DEADLINE_MS: integer(30_000, milliseconds(100, 300_000), {
    says: 'Time to finish the work in progress after SIGTERM. Another process does what is not done by then.',
    why: 'Container platforms grant this time before they kill.',
  }),
  SAP2_SHUTDOWN_NOTICE_MS: integer(0, milliseconds(0, 60_000), {
    says: 'Time between SIGTERM and the moment when the process refuses work. During it `/health/ready` answers 503. It counts towards the deadline.',
    why: 'Set the time that your load balancer needs to notice. Keep 0 if peers try another process themselves.',
  }),
  SAP2_FAULT_INJECTION: text({
    schema: crashPoint,
    expected: 'a call of a port, such as SessionLedger.open:after:3',
    says: 'For the fault suite only: the process kills itself (SIGKILL) before or after this call of a port.',
    why: 'If it is set, the log says so at every start.',
  }),
} as const;
