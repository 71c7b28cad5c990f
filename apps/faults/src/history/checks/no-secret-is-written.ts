import type { History } from '../history.js';
import { toldSessions } from '../told-sessions.js';

/** As short as a secret can be in these runs; what is shorter is found nowhere by chance either. */
const WORD = /[\w+/=.-]{12,}/gu;

/** V8: no password, digest, nonce, token, secret or whole session id in a log, trace, metric, error or the audit. */
export function noSecretIsWritten(history: History): readonly string[] {
  const secrets = new Set([...history.secrets, ...toldSessions(history).keys()]);
  return history.writings.flatMap(({ where, text }) => {
    const found = (text.match(WORD) ?? []).filter((word) => secrets.has(word));
    return found.length === 0 ? [] : [`${where} holds ${found.length} secrets or session ids`];
  });
}
