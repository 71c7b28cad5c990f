import type { OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import type { AdministeredThings, Call } from './administered-things.js';

/** A refusal that only one operation has. */
export interface OperationRow {
  readonly operation: string;
  readonly status: number;
  readonly when: string;
  readonly call: (things: AdministeredThings, spec: OperationSpec) => Call | Promise<Call>;
}

const withBody =
  (body: object): OperationRow['call'] =>
  (things, spec) => {
    const call = things.creation(spec);
    return { ...call, body: { ...(call.body as object), ...body } };
  };

/** Every other refusal is every operation's, and shown for all of them at once in every-operation.e2e.spec.ts. */
export const OPERATION_ROWS: readonly OperationRow[] = [
  {
    operation: 'createUser',
    status: 409,
    when: 'the user is there',
    call: withBody({ userID: 'wv:user-0@provider.example' }),
  },
  {
    operation: 'importUsers',
    status: 415,
    when: 'not lines of JSON',
    call: (things, spec) => ({ ...things.creation(spec), headers: { 'Content-Type': 'text/csv' } }),
  },
  {
    operation: 'verifyAuditAnchors',
    status: 415,
    when: 'not lines of JSON',
    call: (things, spec) => ({ ...things.creation(spec), headers: { 'Content-Type': 'text/csv' } }),
  },
  {
    operation: 'verifyAuditAnchors',
    status: 413,
    when: 'more lines than are compared at once',
    call: (things, spec) => ({ ...things.creation(spec), body: '{}\n'.repeat(120_001) }),
  },
  {
    operation: 'createDomain',
    status: 409,
    when: 'the domain is there',
    call: withBody({ name: 'provider.example' }),
  },
  {
    operation: 'deleteDomain',
    status: 409,
    when: 'somebody is in it',
    call: (things, spec) => things.with(spec, 'provider.example'),
  },
  {
    operation: 'abortJob',
    status: 409,
    when: 'it is done',
    call: async (things, spec) => things.with(spec, await things.doneJob()),
  },
  {
    operation: 'createAgreement',
    status: 409,
    when: 'the peer has one',
    call: withBody({ serviceID: 'wv:@operator.example' }),
  },
  {
    operation: 'createAgreement',
    status: 404,
    when: 'what the key made was deleted since',
    call: (things, spec) => things.creationOfDeleted(spec),
  },
  ...['retryDelivery', 'cancelDelivery'].map((operation) => ({
    operation,
    status: 409,
    when: 'it is owed to nobody',
    call: async (things: AdministeredThings, spec: OperationSpec) =>
      things.with(spec, await things.settledDelivery()),
  })),
  ...['changeAgreement', 'enableAgreement'].map((operation) => ({
    operation,
    status: 409,
    when: 'a job still ends its sessions',
    call: async (things: AdministeredThings, spec: OperationSpec) =>
      things.with(spec, await things.agreementBeingEnded()),
  })),
  {
    operation: 'probeAgreement',
    status: 409,
    when: 'it names no URL',
    call: (things, spec) => things.with(spec, 'wv:@rival.example'),
  },
  {
    operation: 'changeSubscription',
    status: 422,
    when: 'the format is not enabled',
    call: async (things, spec) => ({
      ...things.with(spec, await things.make('subscriptions')),
      body: { format: 'caep' },
    }),
  },
  {
    operation: 'replaySubscription',
    status: 409,
    when: 'the position is ahead of it',
    call: async (things, spec) => {
      const { id, ahead } = await things.subscriptionBehind();
      return { ...things.with(spec, id), body: { after: ahead } };
    },
  },
  {
    operation: 'createSubscription',
    status: 404,
    when: 'what the key made was deleted since',
    call: (things, spec) => things.creationOfDeleted(spec),
  },
  {
    operation: 'createSubscription',
    status: 409,
    when: 'there are as many as there may be',
    call: async (things, spec) => {
      await things.allSubscriptions();
      return things.creation(spec);
    },
  },
  {
    operation: 'createAdministrator',
    status: 409,
    when: 'the name is taken',
    call: withBody({ name: 'tester' }),
  },
  {
    operation: 'changeAdministrator',
    status: 409,
    when: 'nobody else may do everything',
    call: (things, spec) => things.with(spec, 'tester'),
  },
  {
    operation: 'deleteAdministrator',
    status: 409,
    when: 'nobody else may do everything',
    call: (things, spec) => things.with(spec, 'tester'),
  },
];
