import { Inject } from '@nestjs/common';
import { Administrators } from '@sap2/administration';
import { AdminController } from '../admin-controller.js';
import { Asked, type Call } from '../http/call.js';
import type { Page } from '../http/cursors.js';
import { msOf } from '../http/fields.js';
import { Serves } from '../http/operation.js';
import { found, wished } from '../http/outcomes.js';
import {
  ADMINISTRATOR_REFUSALS,
  type AdministratorDto,
  administratorDto,
  unknownAdministrator,
  type WithTokenDto,
} from './administrator.dto.js';
import { ADMINISTRATORS } from './administrators.operations.js';

@AdminController()
export class AdministratorsController {
  constructor(@Inject(Administrators) private readonly administrators: Administrators) {}

  @Serves(ADMINISTRATORS.createAdministrator)
  async create(@Asked() call: Call<typeof ADMINISTRATORS.createAdministrator>): Promise<WithTokenDto> {
    const { name, scopes, expiresAt } = call.body;
    const entry = { name, scopes, expiresAtMs: msOf(expiresAt) ?? undefined };
    const outcome = await this.administrators.create(call.actor, entry);
    const { administrator, token } = wished(outcome, 'created', ADMINISTRATOR_REFUSALS);
    return call.revised(administrator, { ...administratorDto(administrator), token });
  }

  @Serves(ADMINISTRATORS.listAdministrators)
  list(@Asked() call: Call<typeof ADMINISTRATORS.listAdministrators>): Promise<Page<AdministratorDto>> {
    return call.page(
      {},
      (after, limit) => this.administrators.page(after?.[0] as string | undefined, limit),
      ({ name }) => [name],
      administratorDto,
    );
  }

  @Serves(ADMINISTRATORS.getAdministrator)
  async get(@Asked() call: Call<typeof ADMINISTRATORS.getAdministrator>): Promise<AdministratorDto> {
    const administrator = found(await this.administrators.find(call.params.name), unknownAdministrator);
    return call.revised(administrator, administratorDto(administrator));
  }

  @Serves(ADMINISTRATORS.changeAdministrator)
  async change(@Asked() call: Call<typeof ADMINISTRATORS.changeAdministrator>): Promise<AdministratorDto> {
    const { actor, params, body } = call;
    const change = { scopes: body.scopes, expiresAtMs: msOf(body.expiresAt) };
    const outcome = await this.administrators.change(actor, params.name, change, call.expectedRevision);
    const { administrator } = wished(outcome, 'changed', ADMINISTRATOR_REFUSALS);
    return call.revised(administrator, administratorDto(administrator));
  }

  @Serves(ADMINISTRATORS.replaceToken)
  async replaceToken(@Asked() call: Call<typeof ADMINISTRATORS.replaceToken>): Promise<WithTokenDto> {
    const replaced = await this.administrators.replaceToken(call.actor, call.params.name);
    const { administrator, token } = found(replaced, unknownAdministrator);
    return call.revised(administrator, { ...administratorDto(administrator), token });
  }

  @Serves(ADMINISTRATORS.deleteAdministrator)
  async delete(@Asked() call: Call<typeof ADMINISTRATORS.deleteAdministrator>): Promise<void> {
    const { actor, params } = call;
    const outcome = await this.administrators.delete(actor, params.name, call.expectedRevision);
    wished(outcome, 'deleted', ADMINISTRATOR_REFUSALS);
  }
}
