import { setImmediate } from 'node:timers/promises';
import type { Result } from '@sap2/kernel';
import { DocumentFrame } from './envelope.js';
import { fragmentElement } from './fragment.js';
import { IGNORED } from './frame.js';
import { DEFAULT_WIRE_LIMITS, type WireLimits } from './limits.js';
import { SSP_NAMESPACES, type DecodedMessage, type WireFault, type XmlFragment } from './messages.js';
import { readDocument } from './read-document.js';

/**
 * Bytes to a typed message, in one go. A whole megabyte of small pieces takes some 100 ms: where strangers may send, use
 * {@link decodeSspInTurns}. A fault never has a part of the input in it (ssp-binding §2).
 */
export function decodeSsp(
  bytes: Uint8Array,
  limits: Partial<WireLimits> = {},
): Result<DecodedMessage, WireFault> {
  return inOneGo(
    readDocument(bytes, { ...DEFAULT_WIRE_LIMITS, ...limits }, (outcome) => new DocumentFrame(outcome)),
  );
}

/** The same, letting the event loop go on every few milliseconds. A usual message takes one turn only. */
export async function decodeSspInTurns(
  bytes: Uint8Array,
  limits: Partial<WireLimits> = {},
): Promise<Result<DecodedMessage, WireFault>> {
  const turns = readDocument<DecodedMessage>(
    bytes,
    { ...DEFAULT_WIRE_LIMITS, ...limits },
    (outcome) => new DocumentFrame(outcome),
  );
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
    await setImmediate();
  }
}

/** A fragment that was kept elsewhere as plain text, checked and brought into the canonical form again. */
export function parseXmlFragment(text: string): Result<XmlFragment, WireFault> {
  const list = fragmentElement('CapabilityList');
  const document = `<${list.name} xmlns="${SSP_NAMESPACES[0]}">${text}</${list.name}>`;
  return inOneGo(
    readDocument(new TextEncoder().encode(document), DEFAULT_WIRE_LIMITS, (outcome) => ({
      ...IGNORED,
      child: (_name, _namespace, attributes) =>
        list.open(attributes, {
          take: (fragment) => outcome.take(fragment),
          refuse: (refusal) => outcome.refuse(refusal.why),
        }),
    })),
  );
}

function inOneGo<T>(turns: Generator<void, T, void>): T {
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}
