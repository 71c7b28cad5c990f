import type { operations } from '../../../../clients/typescript/openapi.js';
import { State, type Tone } from '../parts/state.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';

export type Delivery =
  operations['listDeliveries']['responses'][200]['content']['application/json']['items'][number];

const TONES: Readonly<Record<Delivery['state'], Tone>> = {
  pending: 'warn',
  'none-owed': 'plain',
  acknowledged: 'good',
  'unknown-there': 'good',
  undelivered: 'bad',
  cancelled: 'plain',
};
const { deliveries } = TEXTS;

export const DeliveryState = ({ of }: { readonly of: Delivery['state'] }) => (
  <State tone={TONES[of]} text={deliveries.states[of] ?? of} />
);

export function DeliveryTable({ rows }: { readonly rows: readonly Delivery[] | undefined }) {
  return (
    <Table
      caption={deliveries.list}
      rows={rows}
      keyOf={({ id }) => id}
      empty={deliveries.empty}
      columns={[
        {
          head: TEXTS.sessions.user,
          cell: ({ id, userID }) => <a href={linkTo('delivery', id)}>{userID}</a>,
        },
        { head: TEXTS.sessions.peer, cell: ({ peer }) => peer },
        { head: deliveries.state, cell: ({ state }) => <DeliveryState of={state} /> },
        { head: deliveries.ended, cell: ({ createdAt }) => <Time at={createdAt} /> },
        { head: TEXTS.sessions.cause, cell: ({ cause }) => TEXTS.causes[cause] ?? cause },
        { head: deliveries.attempts, cell: ({ attempts }) => attempts, isNumber: true },
        { head: deliveries.lastError, cell: ({ lastError }) => lastError ?? TEXTS.words.none },
      ]}
    />
  );
}
