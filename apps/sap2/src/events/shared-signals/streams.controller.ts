import { Inject } from '@nestjs/common';
import type { SubscriptionRecord } from '@sap2/administration';
import { AdminController } from '../../admin/admin-controller.js';
import { Asked, type Call } from '../../admin/http/call.js';
import { Serves } from '../../admin/http/serves.js';
import { found, wished } from '../../admin/http/outcomes.js';
import { Problem } from '../../admin/problem.filter.js';
import { SHARED_SIGNALS } from './shared-signals.operations.js';
import { SharedSignals, SSF_BASE, statusOf } from './shared-signals.js';

const NUMBER = /^\d{1,18}$/;
const unknown = (): Problem => new Problem(404, 'There is no stream of security events with this id.');

@AdminController(SSF_BASE)
export class StreamsController {
  constructor(@Inject(SharedSignals) private readonly signals: SharedSignals) {}

  @Serves(SHARED_SIGNALS.getStream)
  async stream(@Asked() { query }: Call<typeof SHARED_SIGNALS.getStream>) {
    return this.signals.configurationOf(await this.find(query.stream_id));
  }

  @Serves(SHARED_SIGNALS.getStreamStatus)
  async status(@Asked() { query }: Call<typeof SHARED_SIGNALS.getStreamStatus>) {
    return statusOf(await this.find(query.stream_id));
  }

  @Serves(SHARED_SIGNALS.changeStreamStatus)
  async changeStatus(@Asked() { actor, body }: Call<typeof SHARED_SIGNALS.changeStreamStatus>) {
    const { id } = await this.find(body.stream_id);
    const { book } = this.signals.subscriptions;
    const outcome = await book.setEnabled(actor, id, body.status === 'enabled', undefined);
    return statusOf(wished(outcome, 'changed', { unknown }).subscription);
  }

  @Serves(SHARED_SIGNALS.verifyStream)
  async verify(@Asked() { actor, body }: Call<typeof SHARED_SIGNALS.verifyStream>) {
    const { id } = await this.find(body.stream_id);
    found(await this.signals.subscriptions.test(actor, id, body.state), unknown);
  }

  private async find(id: string): Promise<SubscriptionRecord> {
    return found(NUMBER.test(id) ? await this.signals.stream(id) : undefined, unknown);
  }
}
