export { closeRunFolder as default } from './run-folder.mjs';
