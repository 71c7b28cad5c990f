import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { components, operations } from '../../../../clients/typescript/openapi.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { troubleFrom, useAnswer } from '../parts/use-answer.js';
import type { Trouble } from '../api/trouble.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';

export type Job = operations['getJob']['responses'][200]['content']['application/json'];
export type Problem = components['schemas']['Problem'];

const OFTEN_MS = 700;
const { job: texts } = TEXTS;

/** Follows a job to its end. */
export function JobProgress({ id, mayAbort }: { readonly id: string; readonly mayAbort: boolean }) {
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState<Trouble>();
  const { value, trouble, again } = useAnswer(
    `job ${id}`,
    async (purpose) => {
      const path = { id };
      const job = await answerOf(api.GET('/admin/v1/jobs/{id}', { params: { path }, ...asked(purpose) }));
      setOver(job.state !== 'running');
      return job;
    },
    isOver ? undefined : OFTEN_MS,
  );
  const abort = async (): Promise<void> => {
    try {
      await answerOf(api.POST('/admin/v1/jobs/{id}/abort', { params: { path: { id } } }));
    } catch (error) {
      setRefusal(troubleFrom(error));
    }
    again();
  };
  if (value === undefined) return <TroubleNote of={trouble} again={again} />;
  return (
    <section class="card" aria-label={texts.label}>
      <TroubleNote of={refusal ?? trouble} />
      <p role="status">
        <a href={linkTo('jobs')}>
          {texts.open} {value.id}
        </a>
        {' · '}
        {stateOf(value)}
      </p>
      {value.state === 'running' && (
        <>
          <progress
            aria-label={texts.label}
            max={Math.max(value.total, 1)}
            value={value.done + value.alreadyEnded}
          />
          {mayAbort && value.kind === 'end-sessions' && (
            <button type="button" class="danger" onClick={() => void abort()}>
              {texts.abort}
            </button>
          )}
        </>
      )}
    </section>
  );
}

export function stateOf({ state, done, total, alreadyEnded }: Job): string {
  if (state === 'running') return texts.running(done, total);
  return state === 'done' ? texts.done(done, alreadyEnded) : texts.aborted(done, total);
}
