import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { Trouble } from '../api/trouble.js';
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

interface EndOthersProps {
  readonly id: string;
  readonly account: string;
  readonly close: () => void;
}

/** All sessions of a user but one, one after the other. A session that ended meanwhile is ended too. */
export function EndOthers({ id, account, close }: EndOthersProps) {
  const [done, setDone] = useState<number>();
  const { value: others, trouble } = useAnswer(`others ${id}`, async (purpose) => {
    const query = { user: account, limit: 500 };
    const { items } = await answerOf(api.GET('/admin/v1/sessions', { params: { query }, ...asked(purpose) }));
    return items.filter((one) => one.id !== id);
  });
  const count = others?.length ?? 0;
  return (
    <ActDialog
      title={TEXTS.session.endOthersTitle}
      act={sessions.endCount(count)}
      isDangerous
      isUnready={count === 0}
      close={close}
      run={async () => {
        for (const [index, other] of (others ?? []).entries()) {
          await endIfLive(other.id);
          setDone(index + 1);
        }
      }}
    >
      <TroubleNote of={trouble} />
      <p role="status">
        {others === undefined && sessions.counting}
        {others?.length === 0 && TEXTS.session.noOthers}
        {count > 0 && TEXTS.session.endOthersSays(count, account)}
      </p>
      {done !== undefined && <progress aria-label={TEXTS.job.label} max={count} value={done} />}
    </ActDialog>
  );
}

async function endIfLive(id: string): Promise<void> {
  try {
    await answerOf(api.DELETE('/admin/v1/sessions/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (!(error instanceof Trouble) || error.status !== 404) throw error;
  }
}
