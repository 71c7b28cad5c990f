import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@sap2/test-support';

/** Debian's packages of libwbxml: an implementation of binary XML that shares nothing with ours. */
const PACKAGES = ['libwbxml2-1', 'libwbxml2-utils'];
const TIMEOUT_MS = 120_000;

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...env },
    timeout: TIMEOUT_MS,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Package lists of our own, if the system has none. Nothing is installed. */
function privateLists(folder: string): readonly string[] {
  const [lists, cache] = [join(folder, 'lists'), join(folder, 'cache')];
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  const settings = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  run('apt-get', [...settings, '-o', 'APT::Sandbox::User=root', 'update'], folder);
  return settings;
}

function download(folder: string): void {
  const get = (settings: readonly string[]): string =>
    run('apt-get', [...settings, '-o', 'APT::Sandbox::User=root', 'download', ...PACKAGES], folder);
  try {
    get([]);
  } catch {
    get(privateLists(folder));
  }
}

/** The two tools of libwbxml, unpacked in a folder of the test run. */
export class Libwbxml {
  private constructor(private readonly folder: string) {}

  static fetch(): Libwbxml {
    const folder = testFolder();
    try {
      download(folder);
    } catch (cause) {
      throw new Error(
        `This test needs Debian's packages ${PACKAGES.join(' and ')}. apt-get could not fetch them.`,
        { cause },
      );
    }
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      run('dpkg-deb', ['-x', file, join(folder, 'root')], folder);
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
    run(join(folder, 'root', 'usr', 'bin', tool), [...options, '-o', 'output', 'input'], folder, {
      LD_LIBRARY_PATH: libraries.join(':'),
    });
    return readFileSync(join(folder, 'output'));
  }
}
