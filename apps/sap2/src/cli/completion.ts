import { UsageError } from '@sap2/terminal';
import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh'] as const;

interface Words {
  /** `user list`; empty: the program. */
  readonly path: string;
  readonly words: readonly string[];
}

/** A script that knows every command and option, so a completion starts no process. @throws UsageError */
export function completionOf(program: Command, shell: string): string {
  const [first, ...rest] = wordsOf(program, '');
  if (first === undefined) throw new Error('The program has no commands.');
  if (shell === 'bash') return bash(first, rest);
  if (shell === 'zsh') return zsh(first, rest);
  throw new UsageError(`There is no completion for ${shell}. There is one for ${SHELLS.join(' and ')}.`);
}

function wordsOf(command: Command, path: string): readonly Words[] {
  const { commands, options } = command;
  const below = commands.flatMap((one) => wordsOf(one, `${path} ${one.name()}`.trim()));
  const flags = [...options.flatMap(({ long }) => long ?? []), '--help'];
  return [{ path, words: [...commands.map((one) => one.name()), ...flags] }, ...below];
}

/** The words before the cursor, without options, are a path such as `user list`. A word that is no command is left out. */
const table = ({ words }: Words, rest: readonly Words[]): string =>
  [
    ...rest.map(({ path, words: next }) => `      '${path}') words='${next.join(' ')}' ;;`),
    `      *) words='${words.join(' ')}' ;;`,
  ].join('\n');

const paths = (rest: readonly Words[]): string => rest.map(({ path }) => `' ${path}'`).join('|');

const bash = (
  first: Words,
  rest: readonly Words[],
): string => `# Completion of sap2: source <(sap2 completion bash)
_sap2() {
    local path='' words word
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
      case "$path $word" in
      ${paths(rest)}) path="$path $word" ;;
      esac
    done
    case "\${path# }" in
${table(first, rest)}
    esac
    COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sap2 sap2`;

const zsh = (first: Words, rest: readonly Words[]): string => `#compdef sap2
# Completion of sap2: source <(sap2 completion zsh), after compinit
_sap2() {
    local path_='' words_ word
    for word in "\${(@)words[2,CURRENT-1]}"; do
      case "$path_ $word" in
      ${paths(rest)}) path_="$path_ $word" ;;
      esac
    done
    case "\${path_# }" in
${table(first, rest).replaceAll(" words='", " words_='")}
    esac
    compadd -- \${=words_} || _files
}
compdef _sap2 sap2`;
