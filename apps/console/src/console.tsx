import { useCallback, useEffect, useState } from 'preact/hooks';
import { whenSessionEnds } from './api/client.js';
import { type Me, signOut, whoAmI } from './api/session.js';
import type { Trouble } from './api/trouble.js';
import { Frame } from './frame.js';
import { TroubleNote } from './parts/trouble-note.js';
import { troubleFrom } from './parts/use-answer.js';
import { SignIn } from './pages/sign-in.js';
import { TEXTS } from './texts.js';

/** Asks without an act, so that an open page notices the end of its session. */
const LOOK_MS = 30_000;

export function Console() {
  const [me, setMe] = useState<Me>();
  const [note, setNote] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isAsked, setAsked] = useState(false);

  const look = useCallback(async () => {
    try {
      setMe(await whoAmI('refresh'));
      setTrouble(undefined);
    } catch (error) {
      setTrouble(troubleFrom(error));
    }
    setAsked(true);
  }, []);
  useEffect(() => void look(), [look]);
  const over = useCallback(() => {
    setMe(undefined);
    setNote(TEXTS.signIn.over);
  }, []);
  useEffect(() => whenSessionEnds(over), [over]);
  useEffect(() => {
    if (me === undefined) return undefined;
    const timer = setInterval(() => {
      whoAmI('refresh').then(
        (now) => (now === undefined ? over() : setMe(now)),
        () => undefined,
      );
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [me?.name, over]);

  const leave = async (): Promise<void> => {
    try {
      await signOut();
      setNote(TEXTS.signIn.out);
      setMe(undefined);
    } catch (error) {
      setTrouble(troubleFrom(error));
    }
  };
  if (me === undefined) {
    return (
      <main class="login">
        <TroubleNote of={trouble} again={() => void look()} />
        {isAsked ? <SignIn note={note} signedIn={setMe} /> : <p>{TEXTS.words.loading}</p>}
      </main>
    );
  }
  return <Frame me={me} trouble={trouble} leave={() => void leave()} />;
}
