import { z } from 'zod';
import { text } from '../variable.js';

export const COMMAND_LINE_VARIABLES = {
  SAP2_CLI_URL: text({
    schema: z.string().optional(),
    expected: 'the address of the port for administrators, such as https://sap2.example:7080',
    says: 'Service that the command `sap2` administers by REST. The option `--url` does the same for one command.',
    why: 'Not set: the command uses the stores of this machine. The service itself does not read this variable.',
  }),
  SAP2_CLI_TOKEN: text({
    schema: z.string().optional(),
    expected: 'the token of an administrator',
    isSecret: true,
    says: 'Token for `SAP2_CLI_URL`. The option `--token-file` names a file instead.',
    why: 'The service itself does not read this variable.',
  }),
} as const;
