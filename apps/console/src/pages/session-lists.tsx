import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { EndOne } from './end-sessions.js';
import type { SessionQuery } from './session-search.js';

export type Session = operations['getSession']['responses'][200]['content']['application/json'];

const FRESH_MS = 5_000;
const { sessions } = TEXTS;

export const clientText = ({ url, msisdn, text, applicationID }: Session['client']): string =>
  [url ?? msisdn ?? text, applicationID].filter((part) => part !== undefined).join(' · ');

const SORTS: Readonly<Record<string, (one: Session, other: Session) => number>> = {
  newest: (one, other) => other.startedAt.localeCompare(one.startedAt),
  oldest: (one, other) => one.startedAt.localeCompare(other.startedAt),
  user: (one, other) => one.account.localeCompare(other.account),
  client: (one, other) => clientText(one.client).localeCompare(clientText(other.client)),
};

interface LiveProps {
  readonly filter: SessionQuery;
  readonly sort?: string;
  readonly mayEnd: boolean;
}

export function LiveSessions({ filter, sort = 'newest', mayEnd }: LiveProps) {
  const [ending, setEnding] = useState<Session>();
  const page = usePages(
    `live ${JSON.stringify(filter)}`,
    (cursor, purpose) =>
      answerOf(
        api.GET('/admin/v1/sessions', {
          params: { query: { ...filter, ...(cursor !== undefined && { cursor }) } },
          ...asked(purpose),
        }),
      ),
    FRESH_MS,
  );
  return (
    <section class="card">
      <TroubleNote of={page.trouble} again={page.again} />
      <Table
        caption={sessions.list}
        rows={page.value?.items.toSorted(SORTS[sort] ?? (() => 0))}
        keyOf={({ id }) => id}
        empty={sessions.empty}
        columns={[
          { head: sessions.user, cell: ({ account, id }) => <a href={linkTo('session', id)}>{account}</a> },
          { head: sessions.client, cell: ({ client }) => clientText(client) },
          { head: sessions.peer, cell: ({ peer }) => peer },
          { head: sessions.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
          ...(mayEnd
            ? [
                {
                  head: TEXTS.words.actions,
                  cell: (session: Session) => (
                    <button
                      type="button"
                      aria-label={`${sessions.end}: ${session.account}, ${clientText(session.client)}`}
                      onClick={() => setEnding(session)}
                    >
                      {sessions.end}
                    </button>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager of={page} />
      {ending !== undefined && (
        <EndOne
          session={{ ...ending, client: clientText(ending.client) }}
          close={() => setEnding(undefined)}
          ended={page.again}
        />
      )}
    </section>
  );
}

/** The history knows no client and no node. */
const pastFilter = ({ user, peer, domain }: SessionQuery): SessionQuery => ({
  ...(user !== undefined && { user }),
  ...(peer !== undefined && { peer }),
  ...(domain !== undefined && { domain }),
});

export function PastSessions({ filter }: { readonly filter: SessionQuery }) {
  const past = pastFilter(filter);
  const page = usePages(`past ${JSON.stringify(past)}`, (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/sessions/history', {
        params: { query: { ...past, ...(cursor !== undefined && { cursor }) } },
        ...asked(purpose),
      }),
    ),
  );
  return (
    <section class="card">
      <TroubleNote of={page.trouble} again={page.again} />
      <Table
        caption={sessions.listPast}
        rows={page.value?.items}
        keyOf={({ id, endedAt }) => `${id} ${endedAt}`}
        empty={sessions.empty}
        columns={[
          {
            head: sessions.user,
            cell: ({ account, id }) => <a href={linkTo('session', id, { user: account })}>{account}</a>,
          },
          { head: sessions.client, cell: ({ client }) => clientText(client) },
          { head: sessions.peer, cell: ({ peer }) => peer },
          { head: sessions.started, cell: ({ startedAt }) => <Time at={startedAt} /> },
          { head: sessions.ended, cell: ({ endedAt }) => <Time at={endedAt} /> },
          { head: sessions.cause, cell: ({ cause }) => TEXTS.causes[cause] ?? cause },
        ]}
      />
      <Pager of={page} />
    </section>
  );
}
