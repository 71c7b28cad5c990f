import type { WireFault } from '@sap2/xml-codec';

/** Thrown where a document cannot be read on. {@link readWbxml} catches it, and no other code sees it. */
export class WbxmlFault extends Error {
  readonly fault: WireFault;

  constructor(reason: WireFault['reason'], detail: string) {
    super(detail);
    this.fault = { reason, detail };
  }
}
