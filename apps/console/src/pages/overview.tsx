import { useMemo, useRef } from 'preact/hooks';
import { answerOf, api, asked, jsonOf, PURPOSE, type Purpose, reached, textOf } from '../api/client.js';
import type { PageProps } from '../page.js';
import { Chart } from '../parts/chart.js';
import { State, type Tone } from '../parts/state.js';
import { Table } from '../parts/table.js';
import { spanOf } from '../parts/time.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { useAnswer } from '../parts/use-answer.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';
import { type Figures, figuresOf, perSecond } from './figures.js';

const FIGURES_MS = 2_000;
const SLOW_MS = 5_000;
const REMEMBERED = 1_800;

const { overview } = TEXTS;

export function Overview({ me }: PageProps) {
  return (
    <>
      <h1>{overview.title}</h1>
      <Now />
      {me.scopes.length > 0 && <Counts />}
      <Health />
    </>
  );
}

const readFigures = async (purpose: Purpose): Promise<Figures> =>
  figuresOf(await textOf('/metrics', purpose), Date.now());

/** Every moment that was looked at since the page is open. */
function useMoments(now: Figures | undefined): readonly Figures[] {
  const moments = useRef<readonly Figures[]>([]);
  return useMemo(() => {
    if (now !== undefined) moments.current = [...moments.current.slice(1 - REMEMBERED), now];
    return moments.current;
  }, [now]);
}

function Now() {
  const { value: now, trouble, again } = useAnswer('figures', readFigures, FIGURES_MS);
  const moments = useMoments(now);
  const times = useMemo(() => moments.map(({ atMs }) => atMs / 1000), [moments]);
  const rates = (of: 'logins' | 'refusals' | 'ends'): readonly number[] =>
    moments.map((moment, index) => perSecond(moments[index - 1], moment, of));
  const [logins, refusals, ends] = useMemo(
    () => [rates('logins'), rates('refusals'), rates('ends')] as const,
    [moments],
  );
  const live = useMemo(() => [{ label: overview.live, values: moments.map((each) => each.live) }], [moments]);
  const speeds = useMemo(
    () => [
      { label: overview.chartRates.logins, values: logins },
      { label: overview.chartRates.refusals, values: refusals },
    ],
    [logins, refusals],
  );
  return (
    <>
      <TroubleNote of={trouble} again={again} />
      <dl class="tiles">
        <Tile name={overview.live} figure={now?.live} />
        <Tile name={overview.logins} figure={logins.at(-1)} />
        <Tile name={overview.refusals} figure={refusals.at(-1)} />
        <Tile name={overview.ends} figure={ends.at(-1)} />
        <Tile
          name={overview.pending}
          figure={now?.pending}
          more={now !== undefined && now.pending > 0 ? overview.oldest(spanOf(now.oldestS)) : undefined}
        />
      </dl>
      <div class="columns">
        <section class="card">
          <h2>{overview.chart}</h2>
          <Chart label={overview.chart} times={times} series={live} />
        </section>
        <section class="card">
          <h2>{overview.rates}</h2>
          <Chart label={overview.rates} times={times} series={speeds} />
        </section>
      </div>
      <Backlogs figures={now} />
    </>
  );
}

function Tile({
  name,
  figure,
  more,
}: {
  readonly name: string;
  readonly figure: number | undefined;
  readonly more?: string | undefined;
}) {
  return (
    <div class="card">
      <dt>{name}</dt>
      <dd class="figure">{figure ?? TEXTS.words.none}</dd>
      {more !== undefined && <dd class="small">{more}</dd>}
    </div>
  );
}

/** Of the operators that something waits for; one request for each. */
function Backlogs({ figures }: { readonly figures: Figures | undefined }) {
  const peers = (figures?.backlog ?? []).map(({ peer }) => peer).slice(0, 20);
  const lines = useAnswer(
    `lines ${peers.join(' ')}`,
    async (purpose) => new Map(await Promise.all(peers.map((peer) => circuitOf(peer, purpose)))),
    SLOW_MS,
  );
  return (
    <section class="card">
      <h2>{overview.backlog}</h2>
      <TroubleNote of={lines.trouble} />
      <Table
        caption={overview.backlog}
        rows={figures?.backlog}
        keyOf={({ peer }) => peer}
        columns={[
          { head: overview.peer, cell: ({ peer }) => <a href={linkTo('operator', peer)}>{peer}</a> },
          { head: overview.waiting, cell: ({ pending }) => pending, isNumber: true },
          { head: overview.age, cell: ({ oldestS }) => spanOf(oldestS), isNumber: true },
          { head: overview.circuit, cell: ({ peer }) => <Circuit of={lines.value?.get(peer)} /> },
        ]}
      />
    </section>
  );
}

type CircuitState = 'closed' | 'open' | 'paused';
const CIRCUIT_TONES: Readonly<Record<CircuitState, Tone>> = { closed: 'good', open: 'bad', paused: 'warn' };

const Circuit = ({ of }: { readonly of: CircuitState | undefined }) =>
  of === undefined ? (
    <>{TEXTS.words.none}</>
  ) : (
    <State tone={CIRCUIT_TONES[of]} text={overview.circuits[of]} />
  );

async function circuitOf(peer: string, purpose: Purpose): Promise<readonly [string, CircuitState]> {
  const path = { serviceID: peer };
  const { deliveries } = await answerOf(
    api.GET('/admin/v1/agreements/{serviceID}/state', { params: { path }, ...asked(purpose) }),
  );
  return [peer, deliveries.paused ? 'paused' : deliveries.circuit];
}

function Counts() {
  const { value, trouble, again } = useAnswer(
    'stats',
    (purpose) => answerOf(api.GET('/admin/v1/stats', { params: { query: { days: 7 } }, ...asked(purpose) })),
    SLOW_MS,
  );
  const causes = new Map<string, number>();
  for (const { ends } of value?.days ?? [])
    for (const [cause, count] of Object.entries(ends)) causes.set(cause, (causes.get(cause) ?? 0) + count);
  return (
    <>
      <TroubleNote of={trouble} again={again} />
      <div class="columns">
        <section class="card">
          <h2>{overview.byDomain}</h2>
          <Table
            caption={overview.byDomain}
            rows={value?.live.byDomain}
            keyOf={({ domain }) => domain}
            columns={[
              {
                head: overview.domain,
                cell: ({ domain }) => <a href={linkTo('sessions', undefined, { domain })}>{domain}</a>,
              },
              { head: overview.sessions, cell: ({ sessions }) => sessions, isNumber: true },
            ]}
          />
        </section>
        <section class="card">
          <h2>{overview.byPeer}</h2>
          <Table
            caption={overview.byPeer}
            rows={value?.live.byPeer}
            keyOf={({ peer }) => peer}
            columns={[
              {
                head: overview.peer,
                cell: ({ peer }) => <a href={linkTo('sessions', undefined, { peer })}>{peer}</a>,
              },
              { head: overview.sessions, cell: ({ sessions }) => sessions, isNumber: true },
            ]}
          />
        </section>
        <section class="card">
          <h2>{overview.today}</h2>
          <Table
            caption={overview.today}
            rows={value && Array.from(causes, ([cause, count]) => ({ cause, count }))}
            keyOf={({ cause }) => cause}
            columns={[
              { head: overview.cause, cell: ({ cause }) => TEXTS.causes[cause] ?? cause },
              { head: overview.count, cell: ({ count }) => count, isNumber: true },
            ]}
          />
        </section>
      </div>
    </>
  );
}

interface Check {
  readonly name: string;
  readonly status: string;
  readonly rest: string;
}

const HEALTH_TONES: Readonly<Record<string, Tone>> = { up: 'good', degraded: 'warn', down: 'bad' };

/** An unready service answers 503, and that answer says why. */
async function readHealth(purpose: Purpose): Promise<readonly Check[]> {
  const response = await reached(fetch('/health/ready', { headers: { [PURPOSE]: purpose } }));
  const { details = {} } = (jsonOf(await response.text()) ?? {}) as {
    details?: Record<string, { status: string } & Record<string, unknown>>;
  };
  return Object.entries(details).map(([name, { status, ...rest }]) => ({
    name,
    status,
    rest: Object.entries(rest)
      .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', '),
  }));
}

function Health() {
  const { value, trouble } = useAnswer('health', readHealth, SLOW_MS);
  return (
    <section class="card">
      <h2>{overview.health}</h2>
      <TroubleNote of={trouble} />
      <Table
        caption={overview.health}
        rows={value}
        keyOf={({ name }) => name}
        columns={[
          { head: overview.check, cell: ({ name }) => name },
          {
            head: TEXTS.words.state,
            cell: ({ status }) => (
              <State tone={HEALTH_TONES[status] ?? 'plain'} text={overview.states[status] ?? status} />
            ),
          },
          { head: overview.details, cell: ({ rest }) => rest },
        ]}
      />
    </section>
  );
}
