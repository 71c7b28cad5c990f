/** What `node --cpu-prof` writes. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** Ids of nodes, one a sample. */
  readonly samples: readonly number[];
}

/** Nothing ran: a sample of these is not work. */
const IDLE = new Set(['(idle)', '(root)']);

/** The functions that most samples were in, without what they called. Shares are of the samples at work. */
export function selfTimes({ nodes, samples }: CpuProfile, top: number): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const counts = new Map<string, number>();
  let atWork = 0;
  for (const id of samples) {
    const name = names.get(id) ?? '';
    if (IDLE.has(name)) continue;
    atWork += 1;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const rows = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, top);
  return rows
    .map(([name, count]) => `${((100 * count) / atWork).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n');
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(node_modules|dist)\//u, '');
  return `${functionName || '(anonymous)'}${place === '' ? '' : `  ${place}:${lineNumber + 1}`}`;
}
