import { useState } from 'preact/hooks';
import { answerOf, api, asked, type Purpose } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import { may } from '../api/session.js';
import type { Trouble } from '../api/trouble.js';
import type { PageProps } from '../page.js';
import { State } from '../parts/state.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { troubleFrom, useAnswer } from '../parts/use-answer.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { DeliveryTable } from './delivery-table.js';
import { type OperatorAct, OperatorActDialog } from './operator-acts.js';
import { type Agreement, AgreementState } from './operators.js';

type PeerState = operations['getAgreementState']['responses'][200]['content']['application/json'];
type Probe = operations['probeAgreement']['responses'][200]['content']['application/json'];

const FRESH_MS = 3_000;
const { operator: texts, operators } = TEXTS;

async function readOperator(serviceID: string, purpose: Purpose) {
  const path = { serviceID };
  const query = { peer: serviceID, state: 'pending', limit: 5 } as const;
  const [agreement, state, pending, live] = await Promise.all([
    answerOf(api.GET('/admin/v1/agreements/{serviceID}', { params: { path }, ...asked(purpose) })),
    answerOf(api.GET('/admin/v1/agreements/{serviceID}/state', { params: { path }, ...asked(purpose) })),
    answerOf(api.GET('/admin/v1/deliveries', { params: { query }, ...asked(purpose) })),
    answerOf(api.GET('/admin/v1/stats', { params: { query: { days: 1 } }, ...asked(purpose) })),
  ]);
  const sessions = live.live.byPeer.find(({ peer }) => peer === serviceID)?.sessions ?? 0;
  return { agreement, state, pending: pending.items, sessions };
}

export function OperatorPage({ me, route }: PageProps) {
  const serviceID = route.of ?? '';
  const [act, setAct] = useState<OperatorAct>();
  const { value, trouble, again } = useAnswer(
    `operator ${serviceID}`,
    (purpose) => readOperator(serviceID, purpose),
    FRESH_MS,
  );
  return (
    <>
      <h1>{serviceID}</h1>
      <TroubleNote of={trouble} again={again} />
      {value !== undefined && (
        <>
          {may(me, 'agreements') && (
            <div class="acts left">
              {actsOf(value).map(([name, text]) => (
                <button key={name} type="button" onClick={() => setAct(name)}>
                  {text}
                </button>
              ))}
            </div>
          )}
          {may(me, 'agreements') && <ProbeCard serviceID={serviceID} probed={again} />}
          <div class="columns">
            <StateCard of={value.state} />
            <AgreementCard of={value.agreement} sessions={value.sessions} />
          </div>
          <section class="card">
            <h2>{texts.getsNow}</h2>
            <DeliveryTable rows={value.pending} />
          </section>
          {act !== undefined && (
            <OperatorActDialog
              act={act}
              serviceID={serviceID}
              pending={value.state.deliveries.pending}
              sessions={value.sessions}
              close={() => setAct(undefined)}
              done={again}
            />
          )}
        </>
      )}
    </>
  );
}

interface Known {
  readonly agreement: Agreement;
  readonly state: PeerState;
}

const actsOf = ({ agreement, state }: Known): readonly (readonly [OperatorAct, string])[] => [
  state.deliveries.paused ? ['resume', texts.resume] : ['pause', texts.pause],
  ['rotate', texts.rotate],
  agreement.enabled ? ['disable', texts.disable] : ['enable', texts.enable],
];

function StateCard({ of: { deliveries, sspSessions } }: { readonly of: PeerState }) {
  const isOpen = deliveries.circuit === 'open';
  return (
    <section class="card">
      <h2>{texts.line}</h2>
      <dl class="facts">
        <dt>{texts.state}</dt>
        <dd>
          <State tone={isOpen ? 'bad' : 'good'} text={isOpen ? texts.circuitOpen : texts.circuitClosed} />{' '}
          {deliveries.paused && <State tone="warn" text={texts.paused} />}
        </dd>
        <dt>{texts.pending}</dt>
        <dd>{deliveries.pending}</dd>
        {deliveries.oldestPendingAt !== null && (
          <>
            <dt>{texts.oldest}</dt>
            <dd>
              <Time at={deliveries.oldestPendingAt} />
            </dd>
          </>
        )}
        <dt>{texts.undelivered}</dt>
        <dd>{deliveries.undelivered}</dd>
        <dt>{texts.failures}</dt>
        <dd>{deliveries.failures}</dd>
        {deliveries.lastError !== null && (
          <>
            <dt>{texts.lastError}</dt>
            <dd>
              {deliveries.lastError} (<Time at={deliveries.lastErrorAt} />)
            </dd>
          </>
        )}
        <dt>{texts.nextTrial}</dt>
        <dd>
          <Time at={deliveries.nextTrialAt} />
        </dd>
        <dt>{texts.sspSessions}</dt>
        <dd>{sspSessions.length}</dd>
      </dl>
    </section>
  );
}

function AgreementCard({ of, sessions }: { readonly of: Agreement; readonly sessions: number }) {
  const peer = of.serviceID;
  return (
    <section class="card">
      <h2>{texts.agreement}</h2>
      {of.warnings.length > 0 && (
        <div class="note warn">
          <ul>
            {of.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </div>
      )}
      <dl class="facts">
        <dt>{texts.state}</dt>
        <dd>
          <AgreementState of={of} />
        </dd>
        <dt>{operators.domains}</dt>
        <dd>{(of.domains as readonly string[]).join(', ') || TEXTS.words.none}</dd>
        <dt>{operators.callback}</dt>
        <dd>{of.callbackUrl ?? TEXTS.words.none}</dd>
        <dt>{texts.secrets}</dt>
        <dd>
          {of.secrets.inbound}, {of.secrets.outbound}
        </dd>
        <dt>{texts.sessionsLink}</dt>
        <dd>
          <a href={linkTo('sessions', undefined, { peer })}>{sessions}</a>
        </dd>
        <dt>{texts.deliveriesLink}</dt>
        <dd>
          <a href={linkTo('deliveries', undefined, { peer })}>{TEXTS.words.show}</a>
        </dd>
      </dl>
    </section>
  );
}

function ProbeCard({ serviceID, probed }: { readonly serviceID: string; readonly probed: () => void }) {
  const [isRunning, setRunning] = useState(false);
  const [result, setResult] = useState<Probe>();
  const [trouble, setTrouble] = useState<Trouble>();
  const run = async (): Promise<void> => {
    setRunning(true);
    setResult(undefined);
    setTrouble(undefined);
    try {
      const path = { serviceID };
      setResult(await answerOf(api.POST('/admin/v1/agreements/{serviceID}/probe', { params: { path } })));
    } catch (error) {
      setTrouble(troubleFrom(error));
    }
    setRunning(false);
    probed();
  };
  return (
    <section class="card">
      <h2>{texts.probeTitle}</h2>
      <button type="button" disabled={isRunning} onClick={() => void run()}>
        {texts.probe}
      </button>
      <div role="status">
        {isRunning && <p>{texts.probing}</p>}
        {result !== undefined && (
          <p>
            <State
              tone={result.outcome === 'opened' ? 'good' : 'bad'}
              text={texts.probeOutcome(result.outcome)}
            />{' '}
            {result.detail}
          </p>
        )}
      </div>
      <TroubleNote of={trouble} />
      {result !== undefined && result.steps.length > 0 && (
        <Table
          caption={texts.probeTitle}
          rows={result.steps}
          keyOf={({ step }) => step}
          columns={[
            { head: texts.probeStep, cell: ({ step }) => step },
            { head: texts.probeTook, cell: ({ durationMs }) => texts.ms(durationMs), isNumber: true },
            { head: texts.probeTrouble, cell: ({ trouble: why }) => why ?? TEXTS.words.none },
          ]}
        />
      )}
    </section>
  );
}
