import { register } from 'node:module';

/** `node --import ./tools/typescript.register.js file.ts` runs TypeScript as it stands, also on a Node that cannot. */
register('./typescript.hooks.js', import.meta.url);
