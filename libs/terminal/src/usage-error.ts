/** The command can not be carried out as it was typed. */
export class UsageError extends Error {}
