import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { ActDialog } from '../parts/dialog.js';
import { Field, textIn } from '../parts/field.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { TEXTS } from '../texts.js';
import type { Job } from './job-progress.js';
import type { SessionQuery } from './session-search.js';

const { sessions } = TEXTS;

interface EndMatchingProps {
  readonly filter: SessionQuery;
  readonly close: () => void;
  readonly begun: (job: Job) => void;
}

/** Counts first, asks with the count, then begins a job. */
export function EndMatching({ filter, close, begun }: EndMatchingProps) {
  const [key] = useState(() => crypto.randomUUID());
  const { value: count, trouble } = useAnswer('count', async (purpose) => {
    const body = { filter, dryRun: true };
    return (await answerOf(api.POST('/admin/v1/sessions/end', { body, ...asked(purpose) }))).matching;
  });
  return (
    <ActDialog
      title={sessions.endMatchingTitle}
      act={sessions.endCount(count ?? 0)}
      isDangerous
      isUnready={count === undefined || count === 0}
      close={close}
      run={async (form) => {
        const reason = textIn(form, 'reason');
        const rate = textIn(form, 'rate');
        const { job } = await answerOf(
          api.POST('/admin/v1/sessions/end', {
            params: { header: { 'Idempotency-Key': key } },
            body: {
              filter,
              dryRun: false,
              ...(reason !== undefined && { reason }),
              ...(rate !== undefined && { ratePerSecond: Number(rate) }),
            },
          }),
        );
        if (job !== null) begun(job);
      }}
    >
      <TroubleNote of={trouble} />
      <ul>
        {Object.entries(filter).map(([kind, value]) => (
          <li key={kind}>
            {sessions.kinds[kind as keyof SessionQuery]}: <code>{value}</code>
          </li>
        ))}
      </ul>
      <p role="status">{countText(count)}</p>
      <Field label={TEXTS.words.reason} hint={sessions.reasonHint} name="reason" maxLength={200} />
      <Field label={sessions.rate} hint={sessions.rateHint} name="rate" type="number" min={1} max={100_000} />
    </ActDialog>
  );
}

function countText(count: number | undefined): string {
  if (count === undefined) return sessions.counting;
  return count === 0 ? sessions.noneMatches : sessions.endMatchingSays(count);
}

export interface EndedOne {
  readonly id: string;
  readonly account: string;
  readonly client: string;
}

export function EndOne({
  session,
  close,
  ended,
}: {
  readonly session: EndedOne;
  readonly close: () => void;
  readonly ended: () => void;
}) {
  return (
    <ActDialog
      title={sessions.endTitle}
      act={sessions.endCount(1)}
      isDangerous
      close={close}
      run={async () => {
        const path = { id: session.id };
        await answerOf(api.DELETE('/admin/v1/sessions/{id}', { params: { path } }));
        ended();
      }}
    >
      <p>{sessions.endSays(session.account, session.client)}</p>
    </ActDialog>
  );
}
