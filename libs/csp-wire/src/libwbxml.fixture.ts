import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, testFolder, unpackDebianPackages } from '@sap2/test-support';

/** Debian's packages of libwbxml: an implementation of binary XML that shares nothing with ours. */
const PACKAGES = ['libwbxml2-1', 'libwbxml2-utils'];
/** The two tools of libwbxml, unpacked in a folder of the test run. */
export class Libwbxml {
  private constructor(private readonly folder: string) {}

  static fetch(): Libwbxml {
    const folder = testFolder();
    unpackDebianPackages(PACKAGES, join(folder, 'root'));
    return new Libwbxml(folder);
  }

  /** `language` is needed where the document does not name its own as the tool knows it. */
  toXml(wbxml: Uint8Array, language?: string): Uint8Array {
    return this.convert('wbxml2xml', language === undefined ? [] : ['-l', language], wbxml);
  }

  toWbxml(xml: Uint8Array): Uint8Array {
    return this.convert('xml2wbxml', [], xml);
  }

  private convert(tool: string, options: readonly string[], input: Uint8Array): Uint8Array {
    const { folder } = this;
    const libraries = readdirSync(join(folder, 'root', 'usr', 'lib')).map((name) =>
      join(folder, 'root', 'usr', 'lib', name),
    );
    writeFileSync(join(folder, 'input'), input);
    runProgram(join(folder, 'root', 'usr', 'bin', tool), [...options, '-o', 'output', 'input'], folder, {
      LD_LIBRARY_PATH: libraries.join(':'),
    });
    return readFileSync(join(folder, 'output'));
  }
}
