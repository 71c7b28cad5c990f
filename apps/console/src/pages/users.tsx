import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { ActDialog } from '../parts/dialog.js';
import { Choice, Field, textIn } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { State } from '../parts/state.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { ImportUsers } from './import-users.js';

const { users } = TEXTS;

export function Users({ me, route: { query } }: PageProps) {
  const { prefix, suspended } = query;
  const [open, setOpen] = useState<'create' | 'import'>();
  const page = usePages(`users ${prefix} ${suspended}`, (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/users', {
        params: {
          query: {
            ...(prefix && { prefix }),
            ...(suspended && { suspended: suspended === 'true' }),
            ...(cursor !== undefined && { cursor }),
          },
        },
        ...asked(purpose),
      }),
    ),
  );
  const show = (changes: Readonly<Record<string, string>>): void =>
    location.replace(linkTo('users', undefined, { ...query, ...changes }));
  return (
    <>
      <h1>{users.title}</h1>
      <div class="bar">
        <div class="grow">
          <Field
            label={users.search}
            name="prefix"
            type="search"
            data-search
            value={prefix ?? ''}
            onInput={(event) => show({ prefix: event.currentTarget.value })}
          />
        </div>
        <Choice
          label={users.which}
          name="suspended"
          value={suspended ?? ''}
          options={[
            ['', TEXTS.words.all],
            ['true', users.onlySuspended],
            ['false', users.onlyActive],
          ]}
          onChosen={(chosen) => show({ suspended: chosen })}
        />
      </div>
      {may(me, 'users') && (
        <div class="acts left">
          <button type="button" onClick={() => setOpen('create')}>
            {users.create}
          </button>
          <button type="button" onClick={() => setOpen('import')}>
            {users.import}
          </button>
        </div>
      )}
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={users.list}
          rows={page.value?.items}
          keyOf={({ userID }) => userID}
          empty={users.empty}
          columns={[
            { head: users.user, cell: ({ userID }) => <a href={linkTo('user', userID)}>{userID}</a> },
            { head: TEXTS.words.state, cell: (user) => <UserState isSuspended={user.suspended} /> },
            { head: TEXTS.words.reason, cell: ({ suspendedReason }) => suspendedReason ?? TEXTS.words.none },
            { head: users.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
          ]}
        />
        <Pager of={page} />
      </section>
      {open === 'create' && <CreateUser close={() => setOpen(undefined)} />}
      {open === 'import' && <ImportUsers close={() => setOpen(undefined)} imported={page.again} />}
    </>
  );
}

export const UserState = ({ isSuspended }: { readonly isSuspended: boolean }) => (
  <State tone={isSuspended ? 'warn' : 'good'} text={isSuspended ? users.suspended : users.active} />
);

function CreateUser({ close }: { readonly close: () => void }) {
  const [key] = useState(() => crypto.randomUUID());
  return (
    <ActDialog
      title={users.createTitle}
      act={TEXTS.words.create}
      close={close}
      run={async (form) => {
        const created = await answerOf(
          api.POST('/admin/v1/users', {
            params: { header: { 'Idempotency-Key': key } },
            body: { userID: textIn(form, 'userID') ?? '', password: passwordIn(form) },
          }),
        );
        goTo(linkTo('user', created.userID));
      }}
    >
      <Field label={users.userID} hint={users.userIDHint} name="userID" required />
      <Field label={users.password} name="password" type="password" required autocomplete="new-password" />
    </ActDialog>
  );
}

/** As it was written: a space may be part of it. */
export function passwordIn(form: FormData): string {
  const value = form.get('password');
  return typeof value === 'string' ? value : '';
}
