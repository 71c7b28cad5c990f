import { useEffect, useId, useState } from 'preact/hooks';
import { TEXTS } from '../texts.js';

export interface Suggestion {
  readonly id: string;
  readonly text: string;
}

interface ComboboxProps {
  readonly label: string;
  readonly hint?: string;
  readonly suggest: (text: string) => Promise<readonly Suggestion[]>;
  readonly chosen: (suggestion: Suggestion) => void;
  readonly autofocus?: boolean;
}

/** People type on while the service answers. */
const PAUSE_MS = 150;

/** A search as one types, with a list to choose from, by keyboard too. */
export function Combobox({ label, hint, suggest, chosen, autofocus = false }: ComboboxProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  const [at, setAt] = useState(0);

  useEffect(() => {
    let isOld = false;
    const show = (suggestions: readonly Suggestion[]): void => {
      if (isOld) return;
      setFound(suggestions);
      setAt(0);
    };
    const timer = setTimeout(() => {
      suggest(text).then(show, () => show([]));
    }, PAUSE_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [text]);

  const choose = (suggestion: Suggestion | undefined): void => {
    if (suggestion === undefined) return;
    setText('');
    setFound([]);
    chosen(suggestion);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((at + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[at]);
    } else if (event.key === 'Escape' && found.length > 0) {
      event.preventDefault();
      setFound([]);
    }
  };
  return (
    <div class="field grow search">
      <label for={id}>{label}</label>
      <input
        id={id}
        data-search
        type="search"
        role="combobox"
        list={undefined}
        autocomplete="off"
        autofocus={autofocus}
        value={text}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-found`}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} class="small">
          {hint}
        </span>
      )}
      <ul
        id={`${id}-found`}
        role="listbox"
        aria-label={TEXTS.palette.results}
        class={found.length > 0 ? 'found' : 'for-readers'}
      >
        {found.map((suggestion, index) => (
          <li
            key={suggestion.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => (event.preventDefault(), choose(suggestion))}
          >
            {suggestion.text}
          </li>
        ))}
      </ul>
    </div>
  );
}
