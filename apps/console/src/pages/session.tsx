import { useState } from 'preact/hooks';
import { answerOf, api, asked, type Purpose } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import { may } from '../api/session.js';
import { Trouble } from '../api/trouble.js';
import type { PageProps } from '../page.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { EndOne, EndOthers } from './end-sessions.js';
import { clientText, type Session } from './session-lists.js';

type Past =
  operations['listSessionHistory']['responses'][200]['content']['application/json']['items'][number];

const FRESH_MS = 3_000;
const { session: texts, sessions } = TEXTS;

/** Undefined: it is not live. */
async function liveSession(id: string, purpose: Purpose): Promise<Session | undefined> {
  try {
    return await answerOf(
      api.GET('/admin/v1/sessions/{id}', { params: { path: { id } }, ...asked(purpose) }),
    );
  } catch (error) {
    if (error instanceof Trouble && error.status === 404) return undefined;
    throw error;
  }
}

/** Among the last of the user: the history has no look-up by id. */
async function pastSession(id: string, user: string, purpose: Purpose): Promise<Past | undefined> {
  const query = { user, limit: 500 };
  const { items } = await answerOf(
    api.GET('/admin/v1/sessions/history', { params: { query }, ...asked(purpose) }),
  );
  return items.find((one) => one.id === id);
}

export function SessionPage({ me, route }: PageProps) {
  const id = route.of ?? '';
  const { user } = route.query;
  const { value, trouble, again } = useAnswer(
    `session ${id}`,
    async (purpose) => {
      const now = await liveSession(id, purpose);
      const past = now === undefined && user !== undefined ? await pastSession(id, user, purpose) : undefined;
      return { live: now, past };
    },
    FRESH_MS,
  );
  const live = value?.live;
  return (
    <>
      <h1>{texts.title}</h1>
      <TroubleNote of={trouble} again={again} />
      {value !== undefined && live === undefined && value.past === undefined && (
        <p class="note warn">{texts.unknown}</p>
      )}
      {value?.past !== undefined && <PastLife of={value.past} />}
      {live !== undefined && <LiveSession live={live} mayEnd={may(me, 'sessions')} again={again} />}
    </>
  );
}

interface LiveSessionProps {
  readonly live: Session;
  readonly mayEnd: boolean;
  readonly again: () => void;
}

function LiveSession({ live, mayEnd, again }: LiveSessionProps) {
  const [ending, setEnding] = useState<'this' | 'others'>();
  const close = (): void => setEnding(undefined);
  return (
    <>
      {mayEnd && (
        <div class="acts left">
          <button type="button" class="danger" onClick={() => setEnding('this')}>
            {sessions.end}
          </button>
          <button type="button" class="danger" onClick={() => setEnding('others')}>
            {texts.endOthers}
          </button>
        </div>
      )}
      <div class="columns">
        <Facts of={live} />
        <section class="card">
          <h2>{texts.life}</h2>
          <ol class="life">
            <li>
              <Time at={live.startedAt} />
              {texts.login(live.peer)}
            </li>
            <li>{texts.stillLive}</li>
          </ol>
        </section>
      </div>
      {ending === 'others' && <EndOthers id={live.id} account={live.account} close={close} />}
      {ending === 'this' && (
        <EndOne session={{ ...live, client: clientText(live.client) }} close={close} ended={again} />
      )}
    </>
  );
}

function Facts({ of }: { readonly of: Session }) {
  return (
    <section class="card">
      <h2>{texts.facts}</h2>
      <dl class="facts">
        <dt>{texts.id}</dt>
        <dd>
          <code>{of.id}</code>
        </dd>
        <dt>{sessions.user}</dt>
        <dd>
          <a href={linkTo('user', of.account)}>{of.account}</a>
        </dd>
        <dt>{sessions.client}</dt>
        <dd>{clientText(of.client)}</dd>
        <dt>{sessions.peer}</dt>
        <dd>
          <a href={linkTo('operator', of.peer)}>{of.peer}</a>
        </dd>
        <dt>{sessions.domain}</dt>
        <dd>{of.domain}</dd>
        <dt>{texts.keepAlive}</dt>
        <dd>{of.keepAliveTimeS} s</dd>
        <dt>{texts.version}</dt>
        <dd>{of.cspVersion}</dd>
        <dt>{texts.services}</dt>
        <dd>{of.agreedServices.join(', ') || texts.noServices}</dd>
      </dl>
    </section>
  );
}

function PastLife({ of }: { readonly of: Past }) {
  return (
    <section class="card">
      <h2>
        {texts.life}: <a href={linkTo('user', of.account)}>{of.account}</a>
      </h2>
      <ol class="life">
        <li>
          <Time at={of.startedAt} />
          {texts.login(of.peer)}
        </li>
        <li class="bad">
          <Time at={of.endedAt} />
          {texts.endedBy(TEXTS.causes[of.cause] ?? of.cause)}
          {of.reason !== null && <p class="small">{texts.withReason(of.reason)}</p>}
        </li>
      </ol>
    </section>
  );
}
