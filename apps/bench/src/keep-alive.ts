import type { Answer, RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { timed } from './figures.js';

/** One message. @throws Error if it is not answered by 200 */
export async function keepAlive(sap1: RawSap1, ids: readonly string[]): Promise<void> {
  const entries = [...new Set(ids)].map((id) => `<UserSession userSessionID="${id}"/>`).join('');
  expectSuccess(await sap1.ask(`<UserKeepAliveRequest>${sap1.metaInfo}${entries}</UserKeepAliveRequest>`));
}

export function expectSuccess(answer: Answer): void {
  if (answer.code !== 200) throw new Error(`answered with ${answer.code}: ${answer.bytes}`);
}

/** Milliseconds of keep-alives of these sessions, one after the other, while `work` is done. */
export async function keptAliveDuring(
  sap1: RawSap1,
  ids: readonly string[],
  work: Promise<unknown>,
): Promise<readonly number[]> {
  const state = { isOver: false };
  const watching = work.finally(() => (state.isOver = true));
  const durationsMs: number[] = [];
  while (!state.isOver) {
    durationsMs.push(...(await timed(10, (index) => keepAlive(sap1, [ids[index % ids.length] ?? '']))));
  }
  await watching;
  return durationsMs;
}
