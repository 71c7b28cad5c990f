export type Tone = 'good' | 'warn' | 'bad' | 'plain';

/** A word with a colour; the word alone says it all. */
export const State = ({ tone, text }: { readonly tone: Tone; readonly text: string }) => (
  <span class={`state ${tone}`}>{text}</span>
);
