import { useRef, useState } from 'preact/hooks';
import { PURPOSE, reached, refused, jsonOf } from '../api/client.js';
import { Trouble, troubleOf } from '../api/trouble.js';
import { Dialog } from '../parts/dialog.js';
import { Table } from '../parts/table.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { troubleFrom } from '../parts/use-answer.js';
import { TEXTS } from '../texts.js';

/** Of one line of the file. */
interface LineResult {
  readonly line: number;
  readonly status: string;
  readonly detail?: string;
}

interface Tally {
  readonly lines: number;
  readonly byStatus: ReadonlyMap<string, number>;
  readonly refused: readonly LineResult[];
}

const NOTHING: Tally = { lines: 0, byStatus: new Map(), refused: [] };
const MOST_SHOWN = 200;
const { import: texts } = TEXTS;

/** Reads the answer as it comes. @throws Trouble */
async function* resultsOf(file: File, dryRun: boolean, signal: AbortSignal): AsyncGenerator<LineResult[]> {
  const response = await reached(
    fetch(`/admin/v1/users/import?dryRun=${dryRun}`, {
      method: 'POST',
      headers: { [PURPOSE]: 'act', 'Content-Type': 'application/x-ndjson' },
      body: file,
      signal,
    }),
  );
  if (!response.ok || response.body === null)
    throw refused(troubleOf(response, jsonOf(await response.text()), TEXTS.trouble.refused));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = `${rest}${part.value}`.split('\n');
    rest = lines.pop() ?? '';
    yield lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LineResult);
  }
}

function added(tally: Tally, results: readonly LineResult[]): Tally {
  const byStatus = new Map(tally.byStatus);
  for (const { status } of results) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  const refusals = results.filter(({ status }) => status === 'refused');
  return {
    lines: tally.lines + results.length,
    byStatus,
    refused: [...tally.refused, ...refusals].slice(0, MOST_SHOWN),
  };
}

const textOf = ({ byStatus }: Tally): string =>
  Array.from(byStatus, ([status, count]) => texts.tally(status, count)).join(', ') || TEXTS.words.nothing;

interface ImportProps {
  readonly close: () => void;
  readonly imported: () => void;
}

export function ImportUsers({ close, imported }: ImportProps) {
  const [file, setFile] = useState<File>();
  const [tally, setTally] = useState(NOTHING);
  const [state, setState] = useState<'choosing' | 'running' | 'over' | 'aborted'>('choosing');
  const [trouble, setTrouble] = useState<Trouble>();
  const abort = useRef<AbortController | undefined>(undefined);

  const run = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (file === undefined) {
      setTrouble(new Trouble(0, texts.noFile, undefined));
      return;
    }
    const dryRun = new FormData(event.target as HTMLFormElement).get('dryRun') !== null;
    abort.current = new AbortController();
    const { signal } = abort.current;
    setState('running');
    setTrouble(undefined);
    let now = NOTHING;
    setTally(now);
    try {
      for await (const results of resultsOf(file, dryRun, signal)) {
        now = added(now, results);
        setTally(now);
      }
      setState('over');
    } catch (error) {
      setState('aborted');
      if (!signal.aborted)
        setTrouble(now.lines > 0 ? new Trouble(0, TEXTS.trouble.broken, undefined) : troubleFrom(error));
    }
    imported();
  };
  return (
    <Dialog title={texts.title} close={close}>
      <form
        onSubmit={(event) => void run(event)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          setFile(event.dataTransfer?.files[0]);
        }}
      >
        <p class="field">
          <label for="import-file">{texts.file}</label>
          <input
            id="import-file"
            type="file"
            accept=".ndjson,.jsonl,.json,.txt"
            onChange={(event) => setFile(event.currentTarget.files?.[0])}
          />
          <span class="small">{file?.name ?? texts.drop}</span>
        </p>
        <p class="check">
          <input id="import-dry" type="checkbox" name="dryRun" />
          <label for="import-dry">{texts.dryRun}</label>
        </p>
        <TroubleNote of={trouble} />
        <Progress state={state} tally={tally} />
        <div class="acts">
          {state === 'running' ? (
            <button type="button" class="danger" onClick={() => abort.current?.abort()}>
              {texts.abort}
            </button>
          ) : (
            <button type="button" onClick={close}>
              {TEXTS.words.close}
            </button>
          )}
          <button type="submit" class="primary" disabled={state === 'running'}>
            {texts.act}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ProgressProps {
  readonly state: 'choosing' | 'running' | 'over' | 'aborted';
  readonly tally: Tally;
}

function Progress({ state, tally }: ProgressProps) {
  if (state === 'choosing') return null;
  const hidden = (tally.byStatus.get('refused') ?? 0) - tally.refused.length;
  const says = {
    running: () => texts.running(tally.lines),
    over: () => texts.over(textOf(tally)),
    aborted: () => texts.aborted(textOf(tally)),
  };
  return (
    <>
      <p role="status">{says[state]()}</p>
      {state === 'running' && <progress aria-label={texts.progress} />}
      {tally.refused.length > 0 && (
        <Table
          caption={texts.lines}
          rows={tally.refused}
          keyOf={({ line }) => String(line)}
          columns={[
            { head: texts.line, cell: ({ line }) => line, isNumber: true },
            { head: texts.why, cell: ({ detail }) => detail ?? TEXTS.words.none },
          ]}
        />
      )}
      {hidden > 0 && <p class="small">{texts.more(hidden)}</p>}
    </>
  );
}
