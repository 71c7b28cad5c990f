import type { Trouble } from '../api/trouble.js';
import { TEXTS } from '../texts.js';

/** What went wrong, in the words of the service, with the id under which its log has more. */
export function TroubleNote({
  of,
  again,
}: {
  readonly of: Trouble | undefined;
  readonly again?: () => void;
}) {
  if (of === undefined) return null;
  return (
    <div class="note bad" role="alert">
      <p>{of.detail}</p>
      {of.fields.length > 0 && (
        <ul>
          {of.fields.map(({ pointer, detail }) => (
            <li key={pointer}>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {of.requestID !== undefined && (
        <p class="small">
          {TEXTS.trouble.requestID} <code>{of.requestID}</code>
        </p>
      )}
      {again !== undefined && (
        <button type="button" onClick={again}>
          {TEXTS.trouble.again}
        </button>
      )}
    </div>
  );
}
