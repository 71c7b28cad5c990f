/** A piece of prose, with the line of its file on which it begins. Line breaks in it are those of the file. */
export interface Passage {
  readonly line: number;
  readonly text: string;
}

export interface Sentence {
  readonly line: number;
  readonly text: string;
  readonly words: number;
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Stands for a piece of code: it counts as one word and is searched for no riddle. */
export const CODE = 'CODE';

/** A reference such as "(ssp-binding §4.3)" or "(ADR 9)" is looked up, not read. */
const REFERENCE = /\(\s*(?:(?:ssp-binding|see|ADRs?|§|and|,|[\d.]+|V\d)\s*)+\)/gu;
/** A path, an address or a name of code that the author did not mark as code. */
const UNMARKED_CODE = /\S*(?:\w[/\\]\w|\w\(\)|\w_\w|[a-z][A-Z]|\w\.(?:ts|md|js|lua|sql)\b)\S*/gu;
/** Quoted words have another author: the name of a test, or the text of a peer. */
const QUOTATION = /“[^”]*”|"[^"\n]*"/gu;
/** Abbreviations whose full stop ends no sentence. */
const ABBREVIATION = /\b(e\.g|i\.e|etc|cf|vs)\./giu;

/** "100 000" is one word. */
const THOUSANDS = /(\d) (?=\d{3}\b)/gu;

const sameLength = (text: string, word: string): string => {
  const breaks = text.replaceAll(/[^\n]/gu, '');
  return `${word}${breaks}`;
};

/** The text without what is no prose; the number of line breaks stays. */
function proseOf(text: string): string {
  return text
    .replaceAll(/`[^`]*`/gu, (code) => sameLength(code, CODE))
    .replaceAll(QUOTATION, (quoted) => sameLength(quoted, /[.!?]["”]$/u.test(quoted) ? `${CODE}.` : CODE))
    .replaceAll(REFERENCE, (reference) => sameLength(reference, ''))
    .replaceAll(UNMARKED_CODE, (code) => `${CODE}${/[.,;:!?)]*$/u.exec(code)?.[0] ?? ''}`)
    .replaceAll(THOUSANDS, '$1')
    .replaceAll(ABBREVIATION, (short) => short.replaceAll('.', ''));
}

const wordsIn = (text: string): number =>
  text.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

const breaksIn = (text: string): number => text.split('\n').length - 1;

/** Sentences of a passage. A line break, a colon or a semicolon ends no sentence; an arrow ends a step of a walk. */
export function sentencesOf({ line, text }: Passage): readonly Sentence[] {
  const prose = proseOf(text);
  // The segmenter takes a line break for the end of a sentence.
  const segments = [...SEGMENTER.segment(prose.replaceAll('\n', ' ').replaceAll('→', '\u2029'))];
  return segments.map(({ segment, index }) => {
    const start = index + (segment.length - segment.trimStart().length);
    return {
      line: line + breaksIn(prose.slice(0, start)),
      text: segment.trim(),
      words: wordsIn(segment),
    };
  });
}
