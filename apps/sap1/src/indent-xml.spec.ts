import { expect, it } from '@jest/globals';
import { indentXml } from './indent-xml.js';

it('puts one element on a line and keeps text beside its element', () => {
  const xml = '<?xml version="1.0"?><A x="1"><B><C/>\n<D>some text</D><E></E></B><F y="2" /></A>';
  expect(indentXml(xml).split('\n')).toEqual([
    '<?xml version="1.0"?>',
    '<A x="1">',
    '  <B>',
    '    <C/>',
    '    <D>some text</D>',
    '    <E></E>',
    '  </B>',
    '  <F y="2" />',
    '</A>',
  ]);
});
