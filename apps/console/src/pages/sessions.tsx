import { useState } from 'preact/hooks';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { Combobox } from '../parts/combobox.js';
import { Choice } from '../parts/field.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { EndMatching } from './end-sessions.js';
import { JobProgress } from './job-progress.js';
import { LiveSessions, PastSessions } from './session-lists.js';
import { chosenFilter, filterOf, type SessionQuery, suggestFilters } from './session-search.js';

const { sessions } = TEXTS;

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
