import { VERSION } from './version.js';

const USAGE = `SAP 2, the provider-domain user-session authority of OMA IMPS (${VERSION})

Usage: npm start            starts the service, until Ctrl-C or SIGTERM
       npm run --silent sap2 -- --help    administers it

Options:
  --help     this text
  --version  the version

Environment variables configure the service: docs/configuration.md.
`;

export interface AnsweredArguments {
  readonly text: string;
  readonly isWrong: boolean;
}

/** What the service answers to arguments instead of a start; undefined: it has none, and starts. */
export function answerTo(args: readonly string[]): AnsweredArguments | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (args.length === 1 && (first === '--help' || first === '-h')) return { text: USAGE, isWrong: false };
  if (args.length === 1 && (first === '--version' || first === '-V'))
    return { text: `${VERSION}\n`, isWrong: false };
  const text = `SAP 2 does not start: it takes no argument such as ${JSON.stringify(first)}.\n\n${USAGE}`;
  return { text, isWrong: true };
}
