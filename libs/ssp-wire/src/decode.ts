import type { Result } from '@sap2/kernel';
import {
  DEFAULT_WIRE_LIMITS,
  type Dialect,
  IGNORED,
  inOneGo,
  inTurns,
  readDocument,
  type WireFault,
  type WireLimits,
} from '@sap2/xml-codec';
import { DocumentFrame } from './envelope.js';
import { fragmentElement } from './fragment.js';
import { SSP_NAMESPACES, type DecodedMessage, type XmlFragment } from './messages.js';

const NAMESPACES: ReadonlySet<string | null> = new Set(SSP_NAMESPACES);

/** Documents of ssp-binding §1. */
export const SSP: Dialect<DecodedMessage> = {
  namespaces: NAMESPACES,
  open: (outcome) => new DocumentFrame(outcome),
};

/**
 * Bytes to a typed message, in one go. A whole megabyte of small pieces takes some 100 ms: where strangers may send, use
 * {@link decodeSspInTurns}. A fault never has a part of the input in it (ssp-binding §2).
 */
export const decodeSsp = (
  bytes: Uint8Array,
  limits: Partial<WireLimits> = {},
): Result<DecodedMessage, WireFault> =>
  inOneGo(readDocument(bytes, { ...DEFAULT_WIRE_LIMITS, ...limits }, SSP));

/** The same, letting the event loop go on every few milliseconds. A usual message takes one turn only. */
export const decodeSspInTurns = (
  bytes: Uint8Array,
  limits: Partial<WireLimits> = {},
): Promise<Result<DecodedMessage, WireFault>> =>
  inTurns(readDocument(bytes, { ...DEFAULT_WIRE_LIMITS, ...limits }, SSP));

/** A fragment that was kept elsewhere as plain text, checked and brought into the canonical form again. */
export function parseXmlFragment(text: string): Result<XmlFragment, WireFault> {
  const list = fragmentElement('CapabilityList');
  const document = `<${list.name} xmlns="${SSP_NAMESPACES[0]}">${text}</${list.name}>`;
  return inOneGo(
    readDocument(new TextEncoder().encode(document), DEFAULT_WIRE_LIMITS, {
      namespaces: NAMESPACES,
      open: (outcome) => ({
        ...IGNORED,
        child: (_name, _home, attributes) =>
          list.open(attributes, {
            take: (fragment) => outcome.take(fragment),
            refuse: (refusal) => outcome.refuse(refusal.why),
          }),
      }),
    }),
  );
}
