import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { operations } from '../api/openapi.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { Combobox } from '../parts/combobox.js';
import { Choice } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { EndMatching, EndOne } from './end-sessions.js';
import { JobProgress } from './job-progress.js';
import { chosenFilter, filterOf, type SessionQuery, suggestFilters } from './session-search.js';

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

export function Sessions({ me, route }: PageProps) {
  const { query } = route;
  const filter = filterOf(query);
  const isPast = query['which'] === 'past';
  const [job, setJob] = useState<string>();
  const [isEnding, setEnding] = useState(false);
  const hasFilter = Object.keys(filter).length > 0;
  const show: Show = (changes) => goTo(linkTo('sessions', undefined, { ...query, ...changes }));
  return (
    <>
      <h1>{sessions.title}</h1>
      <SearchBar query={query} show={show} />
      <Filters filter={filter} show={show} />
      {job !== undefined && <JobProgress key={job} id={job} mayAbort={may(me, 'sessions')} />}
      {may(me, 'sessions') && !isPast && (
        <div class="acts left">
          <button
            type="button"
            class="danger"
            disabled={!hasFilter}
            title={hasFilter ? undefined : sessions.needsFilter}
            onClick={() => setEnding(true)}
          >
            {sessions.endMatching}
          </button>
        </div>
      )}
      {isPast ? (
        <PastSessions filter={filter} />
      ) : (
        <LiveSessions filter={filter} sort={query['sort'] ?? 'newest'} mayEnd={may(me, 'sessions')} />
      )}
      {isEnding && (
        <EndMatching filter={filter} close={() => setEnding(false)} begun={({ id }) => setJob(id)} />
      )}
    </>
  );
}

type Show = (changes: Readonly<Record<string, string | undefined>>) => void;

interface SearchBarProps {
  readonly query: Readonly<Record<string, string>>;
  readonly show: Show;
}

function SearchBar({ query, show }: SearchBarProps) {
  const isPast = query['which'] === 'past';
  return (
    <div class="bar">
      <Combobox
        label={sessions.search}
        hint={sessions.searchHint}
        suggest={suggestFilters}
        chosen={(suggestion) => {
          const [kind, value] = chosenFilter(suggestion);
          show({ [kind]: value });
        }}
      />
      <Choice
        label={sessions.which}
        name="which"
        value={isPast ? 'past' : 'live'}
        options={[
          ['live', sessions.live],
          ['past', sessions.past],
        ]}
        onChosen={(which) => show({ which: which === 'past' ? which : undefined })}
      />
      {!isPast && (
        <Choice
          label={sessions.sort}
          name="sort"
          value={query['sort'] ?? 'newest'}
          options={Object.entries(sessions.sorts)}
          onChosen={(sort) => show({ sort })}
        />
      )}
    </div>
  );
}

interface FiltersProps {
  readonly filter: SessionQuery;
  readonly show: Show;
}

function Filters({ filter, show }: FiltersProps) {
  const entries = Object.entries(filter);
  if (entries.length === 0) return null;
  return (
    <ul class="chips" aria-label={sessions.filters}>
      {entries.map(([kind, value]) => {
        const text = `${sessions.kinds[kind as keyof SessionQuery]}: ${value}`;
        return (
          <li key={kind}>
            {text}{' '}
            <button
              type="button"
              class="plain"
              aria-label={sessions.removeFilter(text)}
              onClick={() => show({ [kind]: undefined })}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}

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
