import { assertNever } from '@sap2/kernel';
import {
  attribute,
  child,
  children,
  constant,
  type Element,
  element,
  flag,
  integer,
  mapped,
  nonEmpty,
  optionalAttribute,
  Refusal,
} from '@sap2/xml-codec';
import type { KeepAliveEntry, UserKeepAliveRequest, UserKeepAliveResponse } from './messages.js';
import { MAX_ENTRIES, MAX_ID, metaInfo, epoch, seconds, sessionId, status } from './shared.table.js';

type Form = UserKeepAliveRequest['form'];
type Sync = Extract<Form, { readonly type: 'sync' }>;

/** With full parts that is ten million sessions of one peer. */
const partNumber = integer(1, 10_000);

interface FormOnWire {
  readonly userSessionID: string | undefined;
  readonly timeToLive: number | undefined;
  readonly sync: boolean;
  readonly syncID: string | undefined;
  readonly part: number | undefined;
  readonly parts: number | undefined;
  readonly sapEpoch: string | undefined;
  readonly entries: readonly KeepAliveEntry[];
}

type KeepAliveOnWire = Omit<UserKeepAliveRequest, 'form'> & FormOnWire;

const ABSENT: FormOnWire = {
  userSessionID: undefined,
  timeToLive: undefined,
  sync: false,
  syncID: undefined,
  part: undefined,
  parts: undefined,
  sapEpoch: undefined,
  entries: [],
};

const entry = element<KeepAliveEntry>('UserSession', {
  userSessionID: attribute('userSessionID', sessionId),
  timeToLive: optionalAttribute('timeToLive', seconds),
});

/** `sync="Yes"` makes a sync, else a `userSessionID` a single keep-alive, else it is a batch (ssp-binding §4.3). */
function readForm(wire: FormOnWire): Form | Refusal {
  const { userSessionID, timeToLive, entries } = wire;
  if (userSessionID !== undefined && (wire.sync || entries.length > 0))
    return new Refusal(400, 'userSessionID in a list of sessions');
  if (wire.sync) return readSync(wire);
  if (userSessionID !== undefined) return { type: 'single', userSessionID, timeToLive };
  return entries.length > 0 ? { type: 'batch', entries } : new Refusal(400, 'names no session');
}

function readSync({ syncID, part, parts, sapEpoch, entries }: FormOnWire): Sync | Refusal {
  if (syncID === undefined || part === undefined || parts === undefined || sapEpoch === undefined)
    return new Refusal(400, 'sync without all of syncID, part, parts and sapEpoch');
  return part > parts
    ? new Refusal(402, 'part is more than parts')
    : { type: 'sync', syncID, part, parts, sapEpoch, entries };
}

function writeForm(form: Form): FormOnWire {
  switch (form.type) {
    case 'single':
      return { ...ABSENT, userSessionID: form.userSessionID, timeToLive: form.timeToLive };
    case 'batch':
      return { ...ABSENT, entries: form.entries };
    case 'sync':
      return { ...ABSENT, ...form, sync: true };
    default:
      return assertNever(form);
  }
}

export const userKeepAliveRequest: Element<UserKeepAliveRequest> = mapped<
  KeepAliveOnWire,
  UserKeepAliveRequest
>(
  element<KeepAliveOnWire>('UserKeepAliveRequest', {
    kind: constant('UserKeepAliveRequest'),
    userSessionID: optionalAttribute('userSessionID', sessionId),
    timeToLive: optionalAttribute('timeToLive', seconds),
    sync: flag('sync'),
    syncID: optionalAttribute('syncID', nonEmpty(MAX_ID)),
    part: optionalAttribute('part', partNumber),
    parts: optionalAttribute('parts', partNumber),
    sapEpoch: optionalAttribute('sapEpoch', epoch),
    metaInfo: child(metaInfo),
    entries: children(entry, MAX_ENTRIES),
  }),
  (wire) => {
    const form = readForm(wire);
    return form instanceof Refusal ? form : { kind: wire.kind, metaInfo: wire.metaInfo, form };
  },
  ({ kind, metaInfo: from, form }) => ({ kind, metaInfo: from, ...writeForm(form) }),
);

type Exception = UserKeepAliveResponse['exceptions'][number];

export const userKeepAliveResponse: Element<UserKeepAliveResponse> = element<UserKeepAliveResponse>(
  'UserKeepAliveResponse',
  {
    kind: constant('UserKeepAliveResponse'),
    keepAliveTime: attribute('keepAliveTime', seconds),
    status: child(status),
    exceptions: children(
      element<Exception>('UserSession', {
        userSessionID: attribute('userSessionID', sessionId),
        keepAliveTime: attribute('keepAliveTime', seconds),
      }),
      MAX_ENTRIES,
    ),
  },
);
