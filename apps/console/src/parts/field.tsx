import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

type FieldProps = {
  readonly label: string;
  readonly hint?: string;
  readonly name: string;
} & JSX.IntrinsicElements['input'];

export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input id={id} autocomplete="off" {...input} {...(hint ? { 'aria-describedby': `${id}-hint` } : {})} />
      {hint !== undefined && (
        <span id={`${id}-hint`} class="small">
          {hint}
        </span>
      )}
    </p>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value?: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChosen?: (value: string) => void;
}

export function Choice({ label, options, onChosen, value, name }: ChoiceProps) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} value={value} onChange={(event) => onChosen?.(event.currentTarget.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </p>
  );
}

/** What a person wrote; undefined: nothing. */
export function textIn(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Words with spaces or commas between. */
export const wordsIn = (form: FormData, name: string): string[] =>
  (textIn(form, name) ?? '').split(/[\s,]+/u).filter((word) => word !== '');
