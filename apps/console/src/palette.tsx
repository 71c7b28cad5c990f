import { answerOf, api, AS_REFRESH } from './api/client.js';
import { Combobox, type Suggestion } from './parts/combobox.js';
import { Dialog } from './parts/dialog.js';
import { goTo, linkTo } from './route.js';
import { TEXTS } from './texts.js';

const MOST = 6;
const SESSION_ID = /^\d{2}[\w-]{10,}$/u;

interface PaletteProps {
  readonly close: () => void;
  readonly pages: readonly (readonly [name: string, title: string])[];
}

/** Leads anywhere by a few keys. */
export function Palette({ close, pages }: PaletteProps) {
  const suggest = async (text: string): Promise<readonly Suggestion[]> => {
    const wanted = text.trim().toLowerCase();
    const matching = pages.filter(([, title]) => title.toLowerCase().includes(wanted));
    const places = matching.map(([name, title]) => ({ id: linkTo(name), text: title }));
    if (wanted.length < 2) return places;
    return [...places, ...(await things(text.trim()))];
  };
  return (
    <Dialog title={TEXTS.palette.title} close={close}>
      <Combobox
        label={TEXTS.palette.search}
        hint={TEXTS.palette.hint}
        suggest={suggest}
        autofocus
        chosen={({ id }) => {
          close();
          goTo(id);
        }}
      />
    </Dialog>
  );
}

async function things(text: string): Promise<readonly Suggestion[]> {
  const session = SESSION_ID.test(text)
    ? [{ id: linkTo('session', text), text: TEXTS.palette.session(text) }]
    : [];
  const query = { prefix: text, limit: MOST };
  const [users, operators] = await Promise.all([
    answerOf(api.GET('/admin/v1/users', { params: { query }, ...AS_REFRESH })),
    answerOf(api.GET('/admin/v1/agreements', { params: { query: { limit: 500 } }, ...AS_REFRESH })),
  ]);
  return [
    ...session,
    ...users.items.map(({ userID }) => ({ id: linkTo('user', userID), text: TEXTS.palette.user(userID) })),
    ...operators.items
      .filter(({ serviceID }) => serviceID.toLowerCase().includes(text.toLowerCase()))
      .slice(0, MOST)
      .map(({ serviceID }) => ({
        id: linkTo('operator', serviceID),
        text: TEXTS.palette.operator(serviceID),
      })),
  ];
}
