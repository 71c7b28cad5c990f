import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Trouble } from '../api/trouble.js';
import { TEXTS } from '../texts.js';
import { TroubleNote } from './trouble-note.js';
import { troubleFrom } from './use-answer.js';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly close: () => void;
}

/** The browser's own: it holds the focus, and Escape closes it. */
export function Dialog({ title, children, close }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

interface ActDialogProps extends DialogProps {
  /** On the button that does it. */
  readonly act: string;
  /** Ends or removes something. */
  readonly isDangerous?: boolean;
  /** What it needs is not known yet. */
  readonly isUnready?: boolean;
  /** The dialog closes when it has succeeded; nothing is shown as done before. */
  readonly run: (form: FormData) => Promise<void>;
}

/** Names what an act will do, does it when asked to, and shows why it could not. */
export function ActDialog({ act, isDangerous, isUnready, run, children, ...rest }: ActDialogProps) {
  const [isRunning, setRunning] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setRunning(true);
    setTrouble(undefined);
    try {
      await run(new FormData(event.target as HTMLFormElement));
      rest.close();
    } catch (error) {
      setTrouble(troubleFrom(error));
      setRunning(false);
    }
  };
  return (
    <Dialog {...rest}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        <TroubleNote of={trouble} />
        <div class="acts">
          <button type="button" onClick={rest.close}>
            {TEXTS.words.cancel}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'danger' : 'primary'}
            disabled={isRunning || isUnready === true}
          >
            {act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
