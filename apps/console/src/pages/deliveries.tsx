import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { ActDialog } from '../parts/dialog.js';
import { Choice, Field } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { type Delivery, DeliveryState, DeliveryTable } from './delivery-table.js';

const FRESH_MS = 5_000;
const { deliveries: texts } = TEXTS;

const stateIn = (text: string | undefined): Delivery['state'] | undefined =>
  text !== undefined && text in texts.states ? (text as Delivery['state']) : undefined;

export function Deliveries({ me, route: { query } }: PageProps) {
  const state = stateIn(query['state']);
  const { peer } = query;
  const [isReplaying, setReplaying] = useState(false);
  const page = usePages(
    `deliveries ${state} ${peer}`,
    (cursor, purpose) =>
      answerOf(
        api.GET('/admin/v1/deliveries', {
          params: { query: { ...(state && { state }), ...(peer && { peer }), ...(cursor && { cursor }) } },
          ...asked(purpose),
        }),
      ),
    FRESH_MS,
  );
  const show = (changes: Readonly<Record<string, string>>): void =>
    goTo(linkTo('deliveries', undefined, { ...query, ...changes }));
  const givenUp = (page.value?.items ?? []).filter((one) => one.state === 'undelivered');
  return (
    <>
      <h1>{texts.title}</h1>
      <div class="bar">
        <div class="grow">
          <Field
            label={texts.operatorFilter}
            name="peer"
            type="search"
            data-search
            value={peer ?? ''}
            onChange={(event) => show({ peer: event.currentTarget.value })}
          />
        </div>
        <Choice
          label={texts.state}
          name="state"
          value={state ?? ''}
          options={[['', TEXTS.words.all], ...Object.entries(texts.states)]}
          onChosen={(chosen) => show({ state: chosen })}
        />
      </div>
      {may(me, 'sessions') && givenUp.length > 0 && (
        <div class="acts left">
          <button type="button" onClick={() => setReplaying(true)}>
            {texts.replay}
          </button>
        </div>
      )}
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <DeliveryTable rows={page.value?.items} />
        <Pager of={page} />
      </section>
      {isReplaying && (
        <ActDialog
          title={texts.replayTitle}
          act={texts.replayAct(givenUp.length)}
          close={() => setReplaying(false)}
          run={async () => {
            try {
              for (const { id } of givenUp) await retry(id);
            } finally {
              page.again();
            }
          }}
        >
          <p>{texts.replaySays(givenUp.length)}</p>
        </ActDialog>
      )}
    </>
  );
}

const retry = (id: string) =>
  answerOf(api.POST('/admin/v1/deliveries/{id}/retry', { params: { path: { id } } }));

export function DeliveryPage({ me, route }: PageProps) {
  const id = route.of ?? '';
  const [act, setAct] = useState<'retry' | 'cancel'>();
  const { value, trouble, again } = useAnswer(
    `delivery ${id}`,
    (purpose) =>
      answerOf(api.GET('/admin/v1/deliveries/{id}', { params: { path: { id } }, ...asked(purpose) })),
    FRESH_MS,
  );
  if (value === undefined) return <TroubleNote of={trouble} again={again} />;
  return (
    <>
      <h1>{TEXTS.nav.delivery}</h1>
      <TroubleNote of={trouble} again={again} />
      {may(me, 'sessions') && <DeliveryActs state={value.state} choose={setAct} />}
      <DeliveryFacts of={value} />
      <section class="card">
        <h2>{texts.lastAttempts}</h2>
        <Table
          caption={texts.lastAttempts}
          rows={value.lastAttempts}
          keyOf={({ at, outcome }) => `${at} ${outcome}`}
          columns={[
            { head: texts.at, cell: ({ at }) => <Time at={at} /> },
            { head: texts.outcome, cell: ({ outcome }) => outcome },
            { head: texts.error, cell: ({ error }) => error ?? TEXTS.words.none },
          ]}
        />
      </section>
      {act === 'retry' && (
        <ActDialog
          title={texts.retryTitle}
          act={texts.retryAct}
          close={() => setAct(undefined)}
          run={async () => {
            await retry(id);
            again();
          }}
        >
          <p>{texts.retrySays(value.peer)}</p>
        </ActDialog>
      )}
      {act === 'cancel' && (
        <ActDialog
          title={texts.cancelTitle}
          act={texts.cancelAct}
          isDangerous
          close={() => setAct(undefined)}
          run={async () => {
            await answerOf(api.POST('/admin/v1/deliveries/{id}/cancel', { params: { path: { id } } }));
            again();
          }}
        >
          <p>{texts.cancelSays(value.peer)}</p>
        </ActDialog>
      )}
    </>
  );
}

function DeliveryFacts({ of: value }: { readonly of: Delivery }) {
  return (
    <section class="card">
      <dl class="facts">
        <dt>{texts.state}</dt>
        <dd>
          <DeliveryState of={value.state} />
        </dd>
        <dt>{TEXTS.sessions.user}</dt>
        <dd>{value.userID}</dd>
        <dt>{TEXTS.nav.session}</dt>
        <dd>
          <a href={linkTo('session', value.sessionID)}>{value.sessionID}</a>
        </dd>
        <dt>{TEXTS.sessions.peer}</dt>
        <dd>
          <a href={linkTo('operator', value.peer)}>{value.peer}</a>
        </dd>
        <dt>{TEXTS.sessions.cause}</dt>
        <dd>
          {TEXTS.causes[value.cause] ?? value.cause} {value.reason}
        </dd>
        <dt>{texts.ended}</dt>
        <dd>
          <Time at={value.createdAt} />
        </dd>
        <dt>{texts.due}</dt>
        <dd>
          <Time at={value.dueAt} />
        </dd>
      </dl>
    </section>
  );
}

interface DeliveryActsProps {
  readonly state: Delivery['state'];
  readonly choose: (act: 'retry' | 'cancel') => void;
}

function DeliveryActs({ state, choose }: DeliveryActsProps) {
  const isOpen = state === 'pending' || state === 'undelivered';
  return (
    <div class="acts left">
      {(isOpen || state === 'cancelled') && (
        <button type="button" onClick={() => choose('retry')}>
          {texts.retry}
        </button>
      )}
      {isOpen && (
        <button type="button" class="danger" onClick={() => choose('cancel')}>
          {texts.cancel}
        </button>
      )}
    </div>
  );
}
