import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { ActDialog } from '../parts/dialog.js';
import { Field, textIn } from '../parts/field.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { LiveSessions, PastSessions } from './session-lists.js';
import { passwordIn, UserState } from './users.js';

const FRESH_MS = 5_000;
/** More than any user may have. */
const MOST_COUNTED = 500;
const { user: texts, users } = TEXTS;

type Act = 'suspend' | 'reactivate' | 'unlock' | 'password' | 'end-all' | 'remove';

export function UserPage({ me, route }: PageProps) {
  const userID = route.of ?? '';
  const path = { userID };
  const [act, setAct] = useState<Act>();
  const { value, trouble, again } = useAnswer(
    `user ${userID}`,
    async (purpose) => {
      const [user, live] = await Promise.all([
        answerOf(api.GET('/admin/v1/users/{userID}', { params: { path }, ...asked(purpose) })),
        answerOf(
          api.GET('/admin/v1/sessions', {
            params: { query: { user: userID, limit: MOST_COUNTED } },
            ...asked(purpose),
          }),
        ),
      ]);
      return { user, count: live.items.length };
    },
    FRESH_MS,
  );
  if (value === undefined) return <TroubleNote of={trouble} again={again} />;
  const { user, count } = value;
  const acts: readonly (readonly [Act, string])[] = [
    user.suspended ? ['reactivate', texts.reactivate] : ['suspend', texts.suspend],
    ['unlock', texts.unlock],
    ['password', texts.setPassword],
    ['remove', texts.remove],
  ];
  return (
    <>
      <h1>{user.userID}</h1>
      <TroubleNote of={trouble} again={again} />
      <div class="acts left">
        {may(me, 'users') &&
          acts.map(([name, text]) => (
            <button key={name} type="button" onClick={() => setAct(name)}>
              {text}
            </button>
          ))}
        {may(me, 'sessions') && (
          <button type="button" class="danger" onClick={() => setAct('end-all')}>
            {texts.endAll}
          </button>
        )}
      </div>
      <section class="card">
        <dl class="facts">
          <dt>{TEXTS.words.state}</dt>
          <dd>
            <UserState isSuspended={user.suspended} /> {user.suspendedReason}
          </dd>
          <dt>{users.domain}</dt>
          <dd>{user.domain}</dd>
          <dt>{users.created}</dt>
          <dd>
            <Time at={user.createdAt} />
          </dd>
        </dl>
      </section>
      <h2>{texts.sessions}</h2>
      <LiveSessions filter={{ user: userID }} mayEnd={may(me, 'sessions')} />
      <h2>{texts.history}</h2>
      <PastSessions filter={{ user: userID }} />
      {act !== undefined && (
        <UserAct
          act={act}
          userID={userID}
          count={count}
          etag={`"${user.revision}"`}
          close={() => setAct(undefined)}
          done={again}
        />
      )}
    </>
  );
}

interface UserActProps {
  readonly act: Act;
  readonly userID: string;
  readonly count: number;
  readonly etag: string;
  readonly close: () => void;
  readonly done: () => void;
}

interface ActSpec {
  readonly title: string;
  readonly act: string;
  readonly isDangerous?: boolean;
  readonly says: string;
  readonly asks?: 'reason' | 'reason-required' | 'password';
  readonly run: (form: FormData) => Promise<unknown>;
}

/** What each act says before it is done, and how it is done. */
const ACTS: Readonly<Record<Act, (of: Pick<UserActProps, 'userID' | 'count' | 'etag'>) => ActSpec>> = {
  suspend: ({ userID, count, etag }) => ({
    title: texts.suspendTitle,
    act: texts.suspendAct(count),
    isDangerous: true,
    says: texts.suspendSays(userID, count),
    asks: 'reason-required',
    run: (form) =>
      answerOf(
        api.POST('/admin/v1/users/{userID}/suspend', {
          params: based(userID, etag),
          body: { reason: textIn(form, 'reason') ?? '' },
        }),
      ),
  }),
  reactivate: ({ userID, etag }) => ({
    title: texts.reactivateTitle,
    act: texts.reactivateAct,
    says: texts.reactivateSays(userID),
    run: () => answerOf(api.POST('/admin/v1/users/{userID}/reactivate', { params: based(userID, etag) })),
  }),
  unlock: ({ userID }) => ({
    title: texts.unlockTitle,
    act: texts.unlockAct,
    says: texts.unlockSays(userID),
    run: () => answerOf(api.POST('/admin/v1/users/{userID}/unlock', { params: { path: { userID } } })),
  }),
  password: ({ userID, count, etag }) => ({
    title: texts.passwordTitle,
    act: texts.passwordAct,
    isDangerous: true,
    says: texts.passwordSays(userID, count),
    asks: 'password',
    run: (form) =>
      answerOf(
        api.PUT('/admin/v1/users/{userID}/password', {
          params: based(userID, etag),
          body: { password: passwordIn(form) },
        }),
      ),
  }),
  'end-all': ({ userID, count }) => ({
    title: texts.endAllTitle,
    act: TEXTS.sessions.endCount(count),
    isDangerous: true,
    says: texts.endAllSays(userID, count),
    asks: 'reason',
    run: (form) => {
      const reason = textIn(form, 'reason');
      return answerOf(
        api.POST('/admin/v1/users/{userID}/end-sessions', {
          params: { path: { userID } },
          body: { ...(reason !== undefined && { reason }) },
        }),
      );
    },
  }),
  remove: ({ userID, count, etag }) => ({
    title: texts.removeTitle,
    act: texts.removeAct,
    isDangerous: true,
    says: texts.removeSays(userID, count),
    run: async () => {
      await answerOf(api.DELETE('/admin/v1/users/{userID}', { params: based(userID, etag) }));
      goTo(linkTo('users'));
    },
  }),
};

/** The change is refused if the user was changed meanwhile. */
const based = (userID: string, etag: string) => ({ path: { userID }, header: { 'If-Match': etag } });

function UserAct({ act, close, done, ...of }: UserActProps) {
  const { says, asks, run, ...rest } = ACTS[act](of);
  return (
    <ActDialog
      {...rest}
      close={close}
      run={async (form) => {
        await run(form);
        done();
      }}
    >
      <p>{says}</p>
      {asks === 'password' && (
        <Field label={users.password} name="password" type="password" required autocomplete="new-password" />
      )}
      {asks?.startsWith('reason') && (
        <Field
          label={TEXTS.words.reason}
          hint={TEXTS.sessions.reasonHint}
          name="reason"
          required={asks === 'reason-required'}
        />
      )}
    </ActDialog>
  );
}
