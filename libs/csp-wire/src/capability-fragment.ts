import type { Result } from '@sap2/kernel';
import { DEFAULT_WIRE_LIMITS, IGNORED, inOneGo, readDocument, type WireFault } from '@sap2/xml-codec';
import { capabilityList, entriesText } from './capability-list.js';
import { LocalNames } from './envelope.js';
import type { CapabilityList } from './messages.js';
import { CSP_NAMESPACES } from './namespaces.js';

const LIST = capabilityList('CapabilityList', false);

/** The content of a capability list as XML text, as SSP relays it. */
export const capabilityFragment = (list: CapabilityList): string => entriesText(list);

/** The other way round. Never throws, whatever the text is. */
export const parseCapabilityFragment = (text: string): Result<CapabilityList, WireFault> =>
  inOneGo(
    readDocument<CapabilityList>(
      new TextEncoder().encode(`<${LIST.name}>${text}</${LIST.name}>`),
      DEFAULT_WIRE_LIMITS,
      {
        namespaces: CSP_NAMESPACES,
        open: (outcome) => ({
          ...IGNORED,
          child: (_name, _home, attributes) =>
            new LocalNames(
              LIST.open(attributes, {
                take: (list) => outcome.take(list),
                refuse: (refusal) => outcome.refuse(refusal.why),
              }),
            ),
        }),
      },
    ),
  );
