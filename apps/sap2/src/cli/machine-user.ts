import { userInfo } from 'node:os';

/** Who runs the command, for the audit. In a container a user may be a number that has no name. */
export function machineUser(nameOf: () => string = () => userInfo().username): string {
  try {
    return nameOf();
  } catch (error) {
    const uid = process.getuid?.();
    if (uid === undefined) throw error;
    return String(uid);
  }
}
