import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { PageProps } from '../page.js';
import { ActDialog, Dialog } from '../parts/dialog.js';
import { Field, textIn, wordsIn } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { TEXTS } from '../texts.js';

const { administrators: texts } = TEXTS;

type Act = { readonly kind: 'create' } | { readonly kind: 'replace' | 'remove'; readonly name: string };
type Scope = 'read' | 'users' | 'sessions' | 'agreements' | 'admin';

export function Administrators({ me }: PageProps) {
  const [act, setAct] = useState<Act>();
  const [token, setToken] = useState<string>();
  const page = usePages('administrators', (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/administrators', {
        params: { query: { ...(cursor && { cursor }) } },
        ...asked(purpose),
      }),
    ),
  );
  const close = (): void => setAct(undefined);
  const made = (shown: { readonly token: string }): void => {
    setToken(shown.token);
    page.again();
  };
  return (
    <>
      <h1>{texts.title}</h1>
      <div class="acts left">
        <button type="button" onClick={() => setAct({ kind: 'create' })}>
          {texts.create}
        </button>
      </div>
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={texts.list}
          rows={page.value?.items}
          keyOf={({ name }) => name}
          columns={[
            { head: texts.name, cell: ({ name }) => (name === me.name ? <strong>{name}</strong> : name) },
            { head: texts.scopes, cell: ({ scopes }) => scopes.join(', ') },
            { head: texts.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
            { head: texts.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
            {
              head: TEXTS.words.actions,
              cell: ({ name }) => (
                <>
                  <button
                    type="button"
                    aria-label={`${texts.replace} ${name}`}
                    onClick={() => setAct({ kind: 'replace', name })}
                  >
                    {texts.replace}
                  </button>{' '}
                  <button
                    type="button"
                    aria-label={`${TEXTS.words.remove}: ${name}`}
                    onClick={() => setAct({ kind: 'remove', name })}
                  >
                    {TEXTS.words.remove}
                  </button>
                </>
              ),
            },
          ]}
        />
        <Pager of={page} />
      </section>
      {act?.kind === 'create' && <CreateAdministrator close={close} made={made} />}
      {act?.kind === 'replace' && (
        <ActDialog
          title={texts.replaceTitle(act.name)}
          act={texts.replaceAct}
          isDangerous
          close={close}
          run={async () => {
            const path = { name: act.name };
            made(await answerOf(api.POST('/admin/v1/administrators/{name}/token', { params: { path } })));
          }}
        >
          <p>{texts.replaceSays(act.name)}</p>
        </ActDialog>
      )}
      {act?.kind === 'remove' && (
        <ActDialog
          title={texts.removeTitle(act.name)}
          act={TEXTS.words.remove}
          isDangerous
          close={close}
          run={async () => {
            const path = { name: act.name };
            await answerOf(api.DELETE('/admin/v1/administrators/{name}', { params: { path } }));
            page.again();
          }}
        >
          <p>{texts.removeSays(act.name)}</p>
        </ActDialog>
      )}
      {token !== undefined && <NewToken token={token} close={() => setToken(undefined)} />}
    </>
  );
}

function NewToken({ token, close }: { readonly token: string; readonly close: () => void }) {
  return (
    <Dialog title={texts.tokenTitle} close={close}>
      <p>{texts.token}</p>
      <p>
        <code>{token}</code>
      </p>
      <div class="acts">
        <button type="button" onClick={close}>
          {TEXTS.words.close}
        </button>
      </div>
    </Dialog>
  );
}

interface CreateProps {
  readonly close: () => void;
  readonly made: (shown: { readonly token: string }) => void;
}

/** The service refuses what is no scope, and says so. */
function CreateAdministrator({ close, made }: CreateProps) {
  return (
    <ActDialog
      title={texts.createTitle}
      act={TEXTS.words.create}
      close={close}
      run={async (form) =>
        made(
          await answerOf(
            api.POST('/admin/v1/administrators', {
              body: { name: textIn(form, 'name') ?? '', scopes: wordsIn(form, 'scopes') as Scope[] },
            }),
          ),
        )
      }
    >
      <Field label={texts.name} name="name" required />
      <Field label={texts.scopes} hint={texts.scopesHint} name="scopes" required defaultValue="read" />
    </ActDialog>
  );
}
