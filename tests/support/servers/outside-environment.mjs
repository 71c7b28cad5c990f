/** Plain JavaScript, because Jest loads its environments without any transformation. */
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest loads every module anew for each test file, the whole service too. A test of this environment can import a built
 * program with Node itself instead: one worker loads it once for all its files.
 */
export default class OutsideEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.importOutside = (url) => import(url);
  }
}
