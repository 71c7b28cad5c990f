/** Ends one thing that was opened. */
export type Closer = () => unknown;

/** In the other order than they were opened, each once, and also after one that fails. @throws the first failure */
export async function closeAll(closers: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.splice(0).toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
