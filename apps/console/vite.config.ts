import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const OUT = resolve(import.meta.dirname, '../../dist/apps/console');
/** Pictures are small or compressed already. */
const COMPRESSIBLE = /\.(?:js|css|html|svg)$/u;

/** Each text file also in the form that browsers ask for, so that no request has to compress it. */
const compressed = (): Plugin => ({
  name: 'compressed',
  closeBundle: () => {
    for (const entry of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
      const file = join(OUT, entry);
      if (COMPRESSIBLE.test(entry)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
});

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [compressed()],
  // Beside the sources nothing is remembered: the build is quick without.
  cacheDir: resolve(import.meta.dirname, '../../node_modules/.vite'),
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy refuses what is inline.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  logLevel: 'warn',
});
