/** What a document may cost before it is refused; lengths of single values stand in the element tables instead. */
export interface WireLimits {
  readonly maxBytes: number;
  /** Levels of elements, the root being the first. */
  readonly maxDepth: number;
  /** Attributes of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Elements, attributes, comments, processing instructions, CDATA sections and references, all together. */
  readonly maxPieces: number;
  /** Characters of one text run, attribute value, comment, processing instruction or CDATA section. */
  readonly maxRunLength: number;
  /** Characters of one namespace name: the parser hands it over anew with every element that is in it. */
  readonly maxNamespaceLength: number;
}

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  /** ssp-binding §2. */
  maxBytes: 1024 * 1024,
  /** The deepest message of the binding has 9 levels; the rest is for what a CapabilityList carries. */
  maxDepth: 32,
  /** The richest element has 7; the XML library compares every attribute with every other of its element. */
  maxAttributes: 16,
  /** 500 logins that each ask for all functions, the densest document that the binding allows, have 45 000. */
  maxPieces: 50_000,
  /** Twice the longest value of the tables (a logo). */
  maxRunLength: 128 * 1024,
  maxNamespaceLength: 256,
};
