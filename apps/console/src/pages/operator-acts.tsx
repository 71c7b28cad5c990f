import { answerOf, api } from '../api/client.js';
import { ActDialog } from '../parts/dialog.js';
import { Choice, Field, textIn } from '../parts/field.js';
import { TEXTS } from '../texts.js';

export type OperatorAct = 'pause' | 'resume' | 'rotate' | 'disable' | 'enable';

interface OperatorActProps {
  readonly act: OperatorAct;
  readonly serviceID: string;
  readonly pending: number;
  readonly sessions: number;
  readonly close: () => void;
  readonly done: () => void;
}

interface ActSpec {
  readonly title: string;
  readonly act: string;
  readonly isDangerous?: boolean;
  readonly says: string;
  readonly run: (form: FormData) => Promise<unknown>;
}

const SECONDS_OF_HOUR = 3_600;
const { operator: texts, operators } = TEXTS;

/** What each act says before it is done, and how it is done. */
const ACTS: Readonly<
  Record<OperatorAct, (of: Pick<OperatorActProps, 'serviceID' | 'pending' | 'sessions'>) => ActSpec>
> = {
  pause: ({ serviceID, pending }) => ({
    title: texts.pauseTitle,
    act: texts.pauseAct,
    says: texts.pauseSays(pending),
    run: () =>
      answerOf(api.POST('/admin/v1/agreements/{serviceID}/pause', { params: { path: { serviceID } } })),
  }),
  resume: ({ serviceID, pending }) => ({
    title: texts.resumeTitle,
    act: texts.resumeAct,
    says: texts.resumeSays(pending),
    run: () =>
      answerOf(api.POST('/admin/v1/agreements/{serviceID}/resume', { params: { path: { serviceID } } })),
  }),
  rotate: ({ serviceID }) => ({
    title: texts.rotateTitle,
    act: texts.rotateAct,
    says: texts.rotateSays,
    run: (form) =>
      answerOf(
        api.POST('/admin/v1/agreements/{serviceID}/secret', {
          params: { path: { serviceID } },
          body: {
            secret: textIn(form, 'secret') ?? '',
            direction: textIn(form, 'direction') === 'outbound' ? 'outbound' : 'inbound',
            overlapS: Number(textIn(form, 'overlap') ?? 0) * SECONDS_OF_HOUR,
          },
        }),
      ),
  }),
  disable: ({ serviceID, sessions }) => ({
    title: texts.disableTitle,
    act: texts.disableAct(sessions),
    isDangerous: true,
    says: texts.disableSays(sessions),
    run: () =>
      answerOf(api.POST('/admin/v1/agreements/{serviceID}/disable', { params: { path: { serviceID } } })),
  }),
  enable: ({ serviceID }) => ({
    title: texts.enableTitle,
    act: texts.enableAct,
    says: texts.enableSays,
    run: () =>
      answerOf(api.POST('/admin/v1/agreements/{serviceID}/enable', { params: { path: { serviceID } } })),
  }),
};

export function OperatorActDialog({ act, close, done, ...of }: OperatorActProps) {
  const { says, run, ...rest } = ACTS[act](of);
  return (
    <ActDialog
      {...rest}
      close={close}
      run={async (form) => {
        await run(form);
        done();
      }}
    >
      <p>
        <code>{of.serviceID}</code>
      </p>
      <p>{says}</p>
      {act === 'rotate' && (
        <>
          <Choice
            label={texts.direction}
            name="direction"
            options={[
              ['inbound', texts.inbound],
              ['outbound', texts.outbound],
            ]}
          />
          <Field label={operators.secret} name="secret" type="password" required />
          <Field label={texts.overlap} name="overlap" type="number" min={0} max={168} defaultValue="24" />
        </>
      )}
    </ActDialog>
  );
}
