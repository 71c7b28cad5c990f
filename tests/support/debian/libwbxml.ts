import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../servers/test-folder.js';
import { debianPackages, runProgram } from './debian-packages.js';

/** Debian's packages of libwbxml: an implementation of binary XML that shares nothing with ours. */
const PACKAGES = ['libwbxml2-1', 'libwbxml2-utils'];

/** The two tools of libwbxml. */
export class Libwbxml {
  private readonly folder = testFolder();

  private constructor(private readonly root: string) {}

  static async fetch(): Promise<Libwbxml> {
    return new Libwbxml(await debianPackages(...PACKAGES));
  }

  /** `language` is needed where the document does not name its own as the tool knows it. */
  toXml(wbxml: Uint8Array, language?: string): Uint8Array {
    return this.convert('wbxml2xml', language === undefined ? [] : ['-l', language], wbxml);
  }

  toWbxml(xml: Uint8Array): Uint8Array {
    return this.convert('xml2wbxml', [], xml);
  }

  private convert(tool: string, options: readonly string[], input: Uint8Array): Uint8Array {
    const { folder, root } = this;
    const libraries = readdirSync(join(root, 'usr', 'lib')).map((name) => join(root, 'usr', 'lib', name));
    writeFileSync(join(folder, 'input'), input);
    runProgram(join(root, 'usr', 'bin', tool), [...options, '-o', 'output', 'input'], folder, {
      LD_LIBRARY_PATH: libraries.join(':'),
    });
    return readFileSync(join(folder, 'output'));
  }
}
