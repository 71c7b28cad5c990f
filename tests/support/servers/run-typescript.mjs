/**
 * `node --import …/run-typescript.mjs file.ts` runs the sources as they stand, for tests that need a process of their own to kill.
 * The same transformation as jest.config.js, and the same two mappings of names.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from '@swc/core';

const LIBS = new URL('../../../', import.meta.url);

// Node loads the hooks once more in a thread of their own.
if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  const room = /^@sap2\/([\w-]+)$/u.exec(specifier)?.[1];
  if (room !== undefined) return next(new URL(`${room}/src/index.ts`, LIBS).href, context);
  const isOurs = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/u.test(specifier);
  return next(isOurs ? specifier.replace(/\.js$/u, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: false },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
