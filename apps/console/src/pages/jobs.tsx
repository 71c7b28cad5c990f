import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { TEXTS } from '../texts.js';
import { type Job, JobProgress, stateOf } from './job-progress.js';

const FRESH_MS = 3_000;
const { jobs } = TEXTS;

const filterText = ({ filter }: Job): string =>
  Object.entries(filter)
    .map(([kind, value]) => `${kind}: ${value}`)
    .join(', ');

export function Jobs({ me }: PageProps) {
  const [followed, setFollowed] = useState<string>();
  const page = usePages(
    'jobs',
    (cursor, purpose) =>
      answerOf(
        api.GET('/admin/v1/jobs', { params: { query: { ...(cursor && { cursor }) } }, ...asked(purpose) }),
      ),
    FRESH_MS,
  );
  return (
    <>
      <h1>{jobs.title}</h1>
      {followed !== undefined && <JobProgress key={followed} id={followed} mayAbort={may(me, 'sessions')} />}
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={jobs.list}
          rows={page.value?.items}
          keyOf={({ id }) => id}
          empty={jobs.empty}
          columns={[
            { head: TEXTS.job.open, cell: ({ id }) => id },
            { head: jobs.kind, cell: ({ kind }) => jobs.kinds[kind] },
            { head: jobs.filter, cell: filterText },
            { head: TEXTS.words.reason, cell: ({ reason }) => reason ?? TEXTS.words.none },
            { head: jobs.by, cell: ({ createdBy }) => createdBy },
            { head: jobs.created, cell: ({ createdAt }) => <Time at={createdAt} /> },
            { head: jobs.progress, cell: stateOf },
            {
              head: TEXTS.words.actions,
              cell: ({ id }) => (
                <button type="button" aria-label={`${jobs.follow} ${id}`} onClick={() => setFollowed(id)}>
                  {jobs.follow}
                </button>
              ),
            },
          ]}
        />
        <Pager of={page} />
      </section>
    </>
  );
}
