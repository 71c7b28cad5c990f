import { runSap2 } from '../../../apps/sap2/src/cli/program.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Answers a question for a secret at the terminal. */
export const ASKED_FOR = 'asked-for-0001';

/** `sap2` in this process, with a terminal that the test plays. */
export async function sap2Command(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
  asked = ASKED_FOR,
): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    columns: 80,
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    askPassword: async () => asked,
    confirm: async (question: string) => {
      err.push(question);
      return input === 'y';
    },
    readAll: async () => input,
    interrupted: async () => undefined,
  };
  const code = await runSap2(args, terminal, environment, new AbortController().signal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
