import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import type { Trouble } from '../api/trouble.js';
import type { PageProps } from '../page.js';
import { Field, textIn } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { troubleFrom } from '../parts/use-answer.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';

type Verdict = operations['verifyAudit']['responses'][200]['content']['application/json'];

const { audit } = TEXTS;

export function Audit({ route: { query } }: PageProps) {
  const { actor, action, target } = query;
  const page = usePages(`audit ${actor} ${action} ${target}`, (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/audit', {
        params: {
          query: {
            ...(actor && { actor }),
            ...(action && { action }),
            ...(target && { target }),
            ...(cursor && { cursor }),
          },
        },
        ...asked(purpose),
      }),
    ),
  );
  return (
    <>
      <h1>{audit.title}</h1>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const wanted = ['actor', 'action', 'target'].map((name) => [name, textIn(form, name)] as const);
          goTo(linkTo('audit', undefined, Object.fromEntries(wanted)));
        }}
      >
        <Field label={audit.filterActor} name="actor" defaultValue={actor ?? ''} data-search />
        <Field label={audit.filterAction} name="action" defaultValue={action ?? ''} />
        <Field label={audit.filterTarget} name="target" defaultValue={target ?? ''} />
        <button type="submit">{audit.apply}</button>
      </form>
      <Verify />
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={audit.list}
          rows={page.value?.items}
          keyOf={({ seq }) => String(seq)}
          empty={audit.empty}
          columns={[
            { head: audit.when, cell: ({ at }) => <Time at={at} /> },
            { head: audit.actor, cell: (entry) => entry.actor },
            { head: audit.action, cell: (entry) => entry.action },
            { head: audit.target, cell: (entry) => entry.target },
            { head: audit.from, cell: ({ from }) => from },
            {
              head: audit.changes,
              cell: ({ before, after }) => (
                <details>
                  <summary>{audit.details}</summary>
                  <pre>{JSON.stringify({ before, after }, undefined, 1)}</pre>
                </details>
              ),
            },
          ]}
        />
        <Pager of={page} />
      </section>
    </>
  );
}

function Verify() {
  const [isRunning, setRunning] = useState(false);
  const [verdict, setVerdict] = useState<Verdict>();
  const [trouble, setTrouble] = useState<Trouble>();
  const run = async (): Promise<void> => {
    setRunning(true);
    setTrouble(undefined);
    try {
      setVerdict(await answerOf(api.GET('/admin/v1/audit/verify')));
    } catch (error) {
      setTrouble(troubleFrom(error));
    }
    setRunning(false);
  };
  return (
    <>
      <div class="acts left">
        <button type="button" disabled={isRunning} onClick={() => void run()}>
          {audit.verify}
        </button>
      </div>
      <TroubleNote of={trouble} />
      <div role="status">
        {isRunning && TEXTS.words.loading}
        {verdict !== undefined && (
          <p class={`note ${verdict.sound ? 'good' : 'bad'}`}>
            {verdict.sound ? audit.sound(verdict.entries) : audit.broken(verdict.brokenAt, verdict.problem)}
          </p>
        )}
      </div>
    </>
  );
}
