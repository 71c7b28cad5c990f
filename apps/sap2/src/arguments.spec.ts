import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { answerTo } from './arguments.js';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

describe('the arguments of the service', () => {
  it('start it where there are none', () => {
    expect(answerTo([])).toBeUndefined();
  });

  it.each(['--help', '-h'])('%s: get a text that says how to start it', (argument) => {
    expect(answerTo([argument])).toEqual({ text: expect.stringContaining('npm start'), isWrong: false });
  });

  it('--version: get the version of package.json', () => {
    expect(answerTo(['--version'])).toEqual({ text: `${version}\n`, isWrong: false });
  });

  it('that are unknown start nothing', () => {
    expect(answerTo(['--port', '7070'])).toEqual({
      text: expect.stringContaining('"--port"'),
      isWrong: true,
    });
  });
});

describe('the image', () => {
  it('has a label with the version of package.json', () => {
    const dockerfile = readFileSync('Dockerfile', 'utf8');
    expect(dockerfile).toContain(`LABEL org.opencontainers.image.version="${version}"`);
  });
});
