/** A line of a sample: its name, its labels, and the rest. */
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?( .*)$/;
const FAMILY = /^# (?:HELP|TYPE) (\S+)/;

interface Family {
  /** What it means and of which type it is, from the first worker that has it. */
  readonly head: Set<string>;
  readonly samples: string[];
}

/**
 * The metrics of several processes as one text for Prometheus. Each sample gets the label `worker`. The lines of a metric
 * stand together, as the format wants it.
 *
 * @param texts by the name of the worker
 */
export function joinedMetrics(texts: ReadonlyMap<string, string>): string {
  const families = new Map<string, Family>();
  for (const [worker, text] of texts) addTo(families, worker, text);
  return `${[...families.values()].flatMap(({ head, samples }) => [...head, ...samples]).join('\n')}\n`;
}

function addTo(families: Map<string, Family>, worker: string, text: string): void {
  let family: Family | undefined;
  for (const line of text.split('\n')) {
    const name = FAMILY.exec(line)?.[1];
    if (name === undefined) {
      const sample = labelled(line, worker);
      if (sample !== undefined) family?.samples.push(sample);
    } else {
      family = families.get(name) ?? { head: new Set(), samples: [] };
      families.set(name, family);
      family.head.add(line);
    }
  }
}

/** Undefined: the line is no sample. */
function labelled(line: string, worker: string): string | undefined {
  const [, name, labels, rest] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return undefined;
  return `${name}{worker="${worker}"${labels ? `,${labels}` : ''}}${rest}`;
}
