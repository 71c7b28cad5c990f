import { useState } from 'preact/hooks';
import { answerOf, api, asked, type Purpose } from '../api/client.js';
import { may } from '../api/session.js';
import { Trouble } from '../api/trouble.js';
import type { PageProps } from '../page.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { EndOne } from './end-sessions.js';
import { clientText, type Session } from './sessions.js';

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

export function SessionPage({ me, route }: PageProps) {
  const id = route.of ?? '';
  const [isEnding, setEnding] = useState(false);
  const { value, trouble, again } = useAnswer(
    `session ${id}`,
    async (purpose) => ({ live: await liveSession(id, purpose) }),
    FRESH_MS,
  );
  const live = value?.live;
  return (
    <>
      <h1>{texts.title}</h1>
      <TroubleNote of={trouble} again={again} />
      {value !== undefined && live === undefined && <p class="note warn">{texts.unknown}</p>}
      {live !== undefined && (
        <>
          {may(me, 'sessions') && (
            <div class="acts left">
              <button type="button" class="danger" onClick={() => setEnding(true)}>
                {sessions.end}
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
        </>
      )}
      {isEnding && live !== undefined && (
        <EndOne
          session={{ ...live, client: clientText(live.client) }}
          close={() => setEnding(false)}
          ended={again}
        />
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
