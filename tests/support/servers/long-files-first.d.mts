export const LONG_FILES: readonly string[];

/** What the tests use of it. Jest's own type stands in a module of CommonJS, and its default export is not seen from here. */
export default class LongFilesFirst {
  constructor(options: object);
  sort<Test extends object>(tests: readonly Test[]): Promise<Test[]>;
  cacheResults(tests: readonly object[], results: object): void;
}
