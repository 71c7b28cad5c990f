import { useEffect, useState } from 'preact/hooks';
import type { Purpose } from '../api/client.js';
import { TEXTS } from '../texts.js';
import { type Asked, useAnswer } from './use-answer.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface Paged<Item> extends Asked<Page<Item>> {
  readonly number: number;
  readonly next: (() => void) | undefined;
  readonly previous: (() => void) | undefined;
}

/** A list page by page. The cursors of the pages before are remembered, because the service knows only the next one. */
export function usePages<Item>(
  key: string,
  ask: (cursor: string | undefined, purpose: Purpose) => Promise<Page<Item>>,
  everyMs?: number,
): Paged<Item> {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  useEffect(() => setCursors([]), [key]);
  const cursor = cursors.at(-1);
  const asked = useAnswer(`${key} ${cursor ?? ''}`, (purpose) => ask(cursor, purpose), everyMs);
  const following = asked.value?.nextCursor ?? undefined;
  return {
    ...asked,
    number: cursors.length + 1,
    next: following === undefined ? undefined : () => setCursors([...cursors, following]),
    previous: cursors.length === 0 ? undefined : () => setCursors(cursors.slice(0, -1)),
  };
}

export function Pager({ of: { number, next, previous } }: { readonly of: Paged<unknown> }) {
  if (next === undefined && previous === undefined) return null;
  return (
    <nav class="pager" aria-label={TEXTS.pages.label}>
      <button type="button" disabled={previous === undefined} onClick={previous}>
        {TEXTS.pages.previous}
      </button>
      <span>{TEXTS.pages.number(number)}</span>
      <button type="button" disabled={next === undefined} onClick={next}>
        {TEXTS.pages.next}
      </button>
    </nav>
  );
}
