import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Purpose } from '../api/client.js';
import { Trouble } from '../api/trouble.js';

export interface Asked<T> {
  /** The last answer. It stays when a refresh fails. */
  readonly value: T | undefined;
  readonly trouble: Trouble | undefined;
  readonly again: () => void;
}

/**
 * What the service answers, asked again when `key` changes, and by itself every `everyMs` while the page is seen. An answer
 * that comes after a later question is thrown away.
 */
export function useAnswer<T>(key: string, ask: (purpose: Purpose) => Promise<T>, everyMs?: number): Asked<T> {
  const [state, setState] = useState<{ key: string; value?: T; trouble?: Trouble }>({ key });
  const latest = useRef(0);
  const asking = useRef(ask);
  asking.current = ask;

  const run = useCallback(
    async (purpose: Purpose): Promise<void> => {
      latest.current += 1;
      const mine = latest.current;
      try {
        const value = await asking.current(purpose);
        if (mine === latest.current) setState({ key, value });
      } catch (error) {
        const trouble = troubleFrom(error);
        if (mine === latest.current)
          setState((before) => (before.key === key ? { ...before, trouble } : { key, trouble }));
      }
    },
    [key],
  );
  useEffect(() => {
    void run('act');
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void run('refresh');
    }, everyMs);
    return () => clearInterval(timer);
  }, [run, everyMs]);
  useEffect(
    () => () => {
      latest.current += 1;
    },
    [],
  );
  const again = useCallback(() => void run('act'), [run]);
  const isMine = state.key === key;
  return { value: isMine ? state.value : undefined, trouble: isMine ? state.trouble : undefined, again };
}

/** A defect of the page is shown as well: it must not pass for a page without content. */
export const troubleFrom = (error: unknown): Trouble =>
  error instanceof Trouble ? error : new Trouble(0, String(error), undefined);
