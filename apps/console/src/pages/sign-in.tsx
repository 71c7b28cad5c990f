import { useState } from 'preact/hooks';
import { type Me, signIn } from '../api/session.js';
import type { Trouble } from '../api/trouble.js';
import { Field, textIn } from '../parts/field.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { troubleFrom } from '../parts/use-answer.js';
import { TEXTS } from '../texts.js';

interface SignInProps {
  readonly note: string | undefined;
  readonly signedIn: (me: Me) => void;
}

export function SignIn({ note, signedIn }: SignInProps) {
  const [trouble, setTrouble] = useState<Trouble>();
  const [isRunning, setRunning] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setRunning(true);
    setTrouble(undefined);
    try {
      signedIn(await signIn(textIn(new FormData(event.target as HTMLFormElement), 'token') ?? ''));
    } catch (error) {
      setTrouble(troubleFrom(error));
      setRunning(false);
    }
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h1>{TEXTS.product}</h1>
      {note !== undefined && (
        <p class="note" role="status">
          {note}
        </p>
      )}
      <Field
        label={TEXTS.signIn.token}
        hint={TEXTS.signIn.hint}
        name="token"
        type="password"
        required
        autofocus
      />
      <TroubleNote of={trouble} />
      <button type="submit" class="primary" disabled={isRunning}>
        {TEXTS.signIn.act}
      </button>
    </form>
  );
}
