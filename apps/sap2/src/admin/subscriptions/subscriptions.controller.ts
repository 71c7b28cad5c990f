import { Inject } from '@nestjs/common';
import {
  type Replay,
  type SubscriptionDelivery,
  type SubscriptionRecord,
  Subscriptions,
  type WithSecret,
  type WrongEntry,
} from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { rowIDOf } from '../http/names.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { Problem } from '../problem.filter.js';
import { SUBSCRIPTION, SUBSCRIPTION_DELIVERY, SUBSCRIPTIONS } from './subscriptions.operations.js';

@AdminController()
export class SubscriptionsController {
  constructor(@Inject(Subscriptions) private readonly subscriptions: Subscriptions) {}

  @Serves(SUBSCRIPTIONS.createSubscription)
  async create(@Asked() call: Call<typeof SUBSCRIPTIONS.createSubscription>) {
    const { subscription, secret } = await call.once<Omit<WithSecret, 'secret'> & Partial<WithSecret>>(
      async () => wished(await this.subscriptions.create(call.actor, call.body), 'created', REFUSALS),
      async (id) => ({ subscription: await this.find(id) }),
    );
    call.createdAt(`/subscriptions/${subscription.id}`);
    return call.revised(subscription, { ...this.dto(subscription), secret: secret ?? null });
  }

  @Serves(SUBSCRIPTIONS.listSubscriptions)
  list(@Asked() call: Call<typeof SUBSCRIPTIONS.listSubscriptions>) {
    return call.page(
      {},
      (after, limit) => this.subscriptions.book.page(after?.[0] as string | undefined, limit),
      ({ id }) => [id],
      (subscription: SubscriptionRecord) => this.dto(subscription),
    );
  }

  @Serves(SUBSCRIPTIONS.getSubscription)
  async get(@Asked() call: Call<typeof SUBSCRIPTIONS.getSubscription>) {
    const subscription = await this.find(idOf(call.params));
    return call.revised(subscription, this.dto(subscription));
  }

  @Serves(SUBSCRIPTIONS.changeSubscription)
  async change(@Asked() call: Call<typeof SUBSCRIPTIONS.changeSubscription>) {
    const { actor, params, body, expectedRevision } = call;
    const outcome = await this.subscriptions.change(actor, idOf(params), body, expectedRevision);
    const { subscription } = wished(outcome, 'changed', REFUSALS);
    return call.revised(subscription, this.dto(subscription));
  }

  @Serves(SUBSCRIPTIONS.deleteSubscription)
  async delete(@Asked() { actor, params, expectedRevision }: Call<typeof SUBSCRIPTIONS.deleteSubscription>) {
    const outcome = await this.subscriptions.book.remove(actor, idOf(params), expectedRevision);
    wished(outcome, 'deleted', REFUSALS);
  }

  @Serves(SUBSCRIPTIONS.enableSubscription)
  enable(@Asked() call: Call<typeof SUBSCRIPTIONS.enableSubscription>) {
    return this.setEnabled(call, true);
  }

  @Serves(SUBSCRIPTIONS.disableSubscription)
  disable(@Asked() call: Call<typeof SUBSCRIPTIONS.disableSubscription>) {
    return this.setEnabled(call, false);
  }

  @Serves(SUBSCRIPTIONS.testSubscription)
  async test(@Asked() { actor, params }: Call<typeof SUBSCRIPTIONS.testSubscription>) {
    const outcome = found(await this.subscriptions.test(actor, idOf(params)), unknown);
    const error = 'error' in outcome ? outcome.error : null;
    return { outcome: outcome.kind, httpStatus: outcome.httpStatus ?? null, error };
  }

  @Serves(SUBSCRIPTIONS.replaceSubscriptionSecret)
  async replaceSecret(@Asked() call: Call<typeof SUBSCRIPTIONS.replaceSubscriptionSecret>) {
    const { actor, params, body } = call;
    const replaced = await this.subscriptions.replaceSecret(actor, idOf(params), body.overlapS);
    const { subscription, secret } = found(replaced, unknown);
    return call.revised(subscription, { ...this.dto(subscription), secret });
  }

  @Serves(SUBSCRIPTIONS.replaySubscription)
  async replay(@Asked() call: Call<typeof SUBSCRIPTIONS.replaySubscription>) {
    const replay = this.replayOf(call.body.after);
    const outcome = await this.subscriptions.book.replay(call.actor, idOf(call.params), replay);
    const { subscription } = wished(outcome, 'changed', REFUSALS);
    return call.revised(subscription, this.dto(subscription));
  }

  @Serves(SUBSCRIPTIONS.listSubscriptionDeliveries)
  async deliveries(@Asked() call: Call<typeof SUBSCRIPTIONS.listSubscriptionDeliveries>) {
    const { id } = await this.find(idOf(call.params));
    const { state } = call.query;
    return call.page(
      { id, state },
      (before, limit) =>
        this.subscriptions.book.deliveries(id, state, before?.[0] as string | undefined, limit),
      (delivery) => [delivery.id],
      (delivery: SubscriptionDelivery) =>
        shown(SUBSCRIPTION_DELIVERY, {
          ...delivery,
          position: this.subscriptions.positions.textOf(delivery.lastPosition),
        }),
    );
  }

  private dto(subscription: SubscriptionRecord) {
    const position = this.subscriptions.positions.textOf(subscription.cursor);
    return shown(SUBSCRIPTION, { ...subscription, position });
  }

  private async find(id: string): Promise<SubscriptionRecord> {
    return found(await this.subscriptions.book.find(id), unknown);
  }

  private async setEnabled(call: CallOfOne, enabled: boolean) {
    const { actor, params, expectedRevision } = call;
    const { book } = this.subscriptions;
    const outcome = await book.setEnabled(actor, idOf(params), enabled, expectedRevision);
    const { subscription } = wished(outcome, 'changed', REFUSALS);
    return call.revised(subscription, this.dto(subscription));
  }

  /** @throws Problem 400 for a position that the service never gave */
  private replayOf(after: string | undefined): Replay {
    if (after === undefined) return { kind: 'undelivered' };
    const position = this.subscriptions.positions.read(after);
    if (position !== undefined) return { kind: 'after', position };
    const detail = 'It must be a position that this service gave.';
    throw new Problem(400, `The position is not valid. ${detail}`, [{ pointer: '/after', detail }]);
  }
}

type CallOfOne = Pick<
  Call<typeof SUBSCRIPTIONS.enableSubscription>,
  'actor' | 'params' | 'expectedRevision' | 'revised'
>;

const idOf = (params: { readonly id: string }): string => found(rowIDOf(params), unknown);

const unknown = (): Problem => new Problem(404, 'No subscription has this id.');

const REFUSALS = {
  unknown,
  full: () => new Problem(409, 'There are 100 subscriptions already: delete one first.'),
  ahead: () => new Problem(409, 'The position is ahead of the subscription, so events would be left out.'),
  'format-not-enabled': () => new Problem(422, 'The format "caep" (Shared Signals) is not enabled.'),
  'wrong-entry': ({ fields }: WrongEntry) =>
    new Problem(
      400,
      'The subscription is not valid; `errors` says where.',
      fields.map(({ field, what }) => ({ pointer: `/${field}`, detail: `It ${what}.` })),
    ),
} as const;
