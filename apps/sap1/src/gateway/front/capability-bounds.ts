import { CAPABILITY_NAMES, type Capability, type CapabilityList, type CapabilityName } from '@sap2/csp-wire';

const LARGEST_PARSER = 32_767;
/** We answer for these ourselves, whatever the client sent. */
const OWN: ReadonlySet<CapabilityName> = new Set<CapabilityName>([
  'InitialDeliveryMethod',
  'MultiTrans',
  'ParserSize',
  'SupportedBearer',
  'ServerPollMin',
  'SupportedCIRMethod',
  'UDPPort',
  'TCPAddress',
  'TCPPort',
  'CIRURL',
]);

export interface CapabilityOffer {
  readonly serverPollMinS: number;
  /** Where handsets reach STCP; undefined: nowhere. */
  readonly stcp: { readonly host: string; readonly port: number } | undefined;
}

/** What the client sent, within what this gateway can do. */
export function agreedCapabilities(wished: CapabilityList, offer: CapabilityOffer): CapabilityList {
  const parserSize = Math.min(numberOf(wished, 'ParserSize') ?? LARGEST_PARSER, LARGEST_PARSER);
  const pollMinS = Math.max(numberOf(wished, 'ServerPollMin') ?? 0, offer.serverPollMinS);
  const wantsStcp = wished.some(({ name, value }) => name === 'SupportedCIRMethod' && value === 'STCP');
  const agreed: readonly Capability[] = [
    ...wished.filter(({ name }) => !OWN.has(name)),
    { name: 'InitialDeliveryMethod', value: 'P' },
    { name: 'MultiTrans', value: '1' },
    { name: 'ParserSize', value: String(parserSize) },
    { name: 'SupportedBearer', value: 'HTTP' },
    { name: 'ServerPollMin', value: String(pollMinS) },
    ...(wantsStcp && offer.stcp !== undefined ? stcpEntries(offer.stcp) : []),
  ];
  return agreed.toSorted((a, b) => CAPABILITY_NAMES.indexOf(a.name) - CAPABILITY_NAMES.indexOf(b.name));
}

const stcpEntries = ({ host, port }: NonNullable<CapabilityOffer['stcp']>): readonly Capability[] => [
  { name: 'SupportedCIRMethod', value: 'STCP' },
  { name: 'TCPAddress', value: host },
  { name: 'TCPPort', value: String(port) },
];

/** Undefined: not sent, or no positive number. */
function numberOf(list: CapabilityList, wanted: CapabilityName): number | undefined {
  const text = list.find(({ name }) => name === wanted)?.value ?? '';
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}
