import { Inject } from '@nestjs/common';
import { type AdministratorRecord, Administrators } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import { msOf } from '../http/fields.js';
import { Serves } from '../http/serves.js';
import { found, wished } from '../http/outcomes.js';
import { shown } from '../http/shown.js';
import { Problem } from '../problem.filter.js';
import { ADMINISTRATOR, ADMINISTRATORS, WITH_TOKEN } from './administrators.operations.js';

@AdminController()
export class AdministratorsController {
  constructor(@Inject(Administrators) private readonly administrators: Administrators) {}

  @Serves(ADMINISTRATORS.createAdministrator)
  async create(@Asked() call: Call<typeof ADMINISTRATORS.createAdministrator>) {
    const { name, scopes, expiresAt } = call.body;
    const entry = { name, scopes, expiresAtMs: msOf(expiresAt) ?? undefined };
    const outcome = await this.administrators.create(call.actor, entry);
    const { administrator, token } = wished(outcome, 'created', REFUSALS);
    return call.revised(administrator, shown(WITH_TOKEN, { ...administrator, token }));
  }

  @Serves(ADMINISTRATORS.listAdministrators)
  list(@Asked() call: Call<typeof ADMINISTRATORS.listAdministrators>) {
    return call.page(
      {},
      (after, limit) => this.administrators.book.page(after?.[0] as string | undefined, limit),
      ({ name }) => [name],
      administratorDto,
    );
  }

  @Serves(ADMINISTRATORS.getAdministrator)
  async get(@Asked() call: Call<typeof ADMINISTRATORS.getAdministrator>) {
    const administrator = found(await this.administrators.book.find(call.params.name), unknown);
    return call.revised(administrator, administratorDto(administrator));
  }

  @Serves(ADMINISTRATORS.changeAdministrator)
  async change(@Asked() call: Call<typeof ADMINISTRATORS.changeAdministrator>) {
    const { actor, params, body, expectedRevision } = call;
    const change = { scopes: body.scopes, expiresAtMs: msOf(body.expiresAt) };
    const outcome = await this.administrators.book.change(actor, params.name, change, expectedRevision);
    const { administrator } = wished(outcome, 'changed', REFUSALS);
    return call.revised(administrator, administratorDto(administrator));
  }

  @Serves(ADMINISTRATORS.replaceToken)
  async replaceToken(@Asked() call: Call<typeof ADMINISTRATORS.replaceToken>) {
    const replaced = await this.administrators.replaceToken(call.actor, call.params.name);
    const { administrator, token } = found(replaced, unknown);
    return call.revised(administrator, shown(WITH_TOKEN, { ...administrator, token }));
  }

  @Serves(ADMINISTRATORS.deleteAdministrator)
  async delete(@Asked() call: Call<typeof ADMINISTRATORS.deleteAdministrator>) {
    const { actor, params, expectedRevision } = call;
    const outcome = await this.administrators.book.remove(actor, params.name, expectedRevision);
    wished(outcome, 'deleted', REFUSALS);
  }
}

const administratorDto = (record: AdministratorRecord) => shown(ADMINISTRATOR, record);

const unknown = (): Problem => new Problem(404, 'There is no such administrator.');

const REFUSALS = {
  unknown,
  exists: () => new Problem(409, 'There is an administrator of this name already.'),
  'last-one': () =>
    new Problem(
      409,
      'One administrator with the scope "admin" and without an end must stay: make another one first.',
    ),
} as const;
