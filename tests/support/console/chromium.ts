import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { unpackDebianPackages } from '../debian/debian-packages.js';
import { oneAtATime } from '../servers/once-per-run.js';

const INSTALLED = '/usr/bin/chromium';
const PACKAGES = ['chromium', 'fonts-dejavu-core'];
/** Of this machine, so that only its first run fetches 120 MB. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sap2-tests');
const UNPACKED = join(CACHE, 'chromium');

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium of the system, or of Debian's package in its own folder. @throws Error if both are missing */
export async function launchChromium(): Promise<Browser> {
  if (existsSync(INSTALLED)) return chromium.launch({ executablePath: INSTALLED, args: ARGUMENTS });
  if (!existsSync(UNPACKED)) await oneAtATime('chromium', () => Promise.resolve(unpack()));
  const libraries = join(UNPACKED, 'usr/lib/x86_64-linux-gnu');
  return chromium.launch({
    executablePath: join(UNPACKED, 'usr/lib/chromium/chromium'),
    args: ARGUMENTS,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [libraries, join(libraries, 'pulseaudio')].join(':'),
      FONTCONFIG_FILE: join(UNPACKED, 'fonts.conf'),
    },
  });
}

/** Another run may do the same at this moment: the first to move its folder has won. */
function unpack(): void {
  if (existsSync(UNPACKED)) return;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'unpacking-'));
  try {
    unpackDebianPackages(PACKAGES, folder);
    writeFileSync(join(folder, 'fonts.conf'), fontsIn(`${UNPACKED}/usr/share/fonts`));
    renameSync(folder, UNPACKED);
  } catch (error) {
    if (!existsSync(UNPACKED)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const fontsIn = (folder: string): string =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}</dir><dir>/usr/share/fonts</dir><cachedir>${CACHE}/fonts</cachedir></fontconfig>\n`;
