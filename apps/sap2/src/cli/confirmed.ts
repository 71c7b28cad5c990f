import type { InteractiveTerminal } from '@sap2/terminal';
import type { AdminConnection } from './admin-connection.js';
import { isIrrevocable, nameOf } from './commands.js';
import { requestOf } from './request-of.js';
import type { Asked } from './run-command.js';

/** Asks before something is removed for good. A trial run asks nothing, and counts for the question. */
export async function confirmed(
  admin: AdminConnection,
  asked: Asked,
  terminal: Pick<InteractiveTerminal, 'confirm'>,
): Promise<boolean> {
  const { command, fields, typed } = asked;
  if (!isIrrevocable(command.verb) || typed['dryRun'] === true) return true;
  const places = fields.filter(({ part }) => part === 'params').map(({ name }) => String(typed[name]));
  const count = await countOf(admin, asked);
  const what = [nameOf(command), ...places, ...(count === undefined ? [] : [`(${count} sessions)`])].join(
    ' ',
  );
  return terminal.confirm(`${what}: this cannot be undone. Continue?`, '--yes');
}

/** Undefined: the command has no trial run, or it is refused, which the command itself then reports. */
async function countOf(
  admin: AdminConnection,
  { spec, command, fields, typed }: Asked,
): Promise<number | undefined> {
  if (!fields.some(({ name }) => name === 'dryRun')) return undefined;
  const { body } = await admin.request(requestOf(spec, command, fields, { ...typed, dryRun: true }));
  return ((await body.json()) as { readonly matching?: number }).matching;
}
