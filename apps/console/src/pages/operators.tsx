import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { ActDialog } from '../parts/dialog.js';
import { Field, textIn, wordsIn } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { State } from '../parts/state.js';
import { Table } from '../parts/table.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { goTo, linkTo } from '../route.js';
import { TEXTS } from '../texts.js';

export type Agreement = operations['getAgreement']['responses'][200]['content']['application/json'];

const { operators } = TEXTS;

export function Operators({ me }: PageProps) {
  const [isCreating, setCreating] = useState(false);
  const page = usePages('operators', (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/agreements', {
        params: { query: { ...(cursor !== undefined && { cursor }) } },
        ...asked(purpose),
      }),
    ),
  );
  return (
    <>
      <h1>{operators.title}</h1>
      {may(me, 'agreements') && (
        <div class="acts left">
          <button type="button" onClick={() => setCreating(true)}>
            {operators.create}
          </button>
        </div>
      )}
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={operators.list}
          rows={page.value?.items}
          keyOf={({ serviceID }) => serviceID}
          empty={operators.empty}
          columns={[
            {
              head: operators.name,
              cell: ({ serviceID }) => <a href={linkTo('operator', serviceID)}>{serviceID}</a>,
            },
            { head: TEXTS.words.state, cell: (agreement) => <AgreementState of={agreement} /> },
            { head: operators.domains, cell: ({ domains }) => (domains as readonly string[]).join(', ') },
            { head: operators.callback, cell: ({ callbackUrl }) => callbackUrl ?? TEXTS.words.none },
          ]}
        />
        <Pager of={page} />
      </section>
      {isCreating && <CreateAgreement close={() => setCreating(false)} />}
    </>
  );
}

export function AgreementState({ of: { enabled, warnings } }: { readonly of: Agreement }) {
  return (
    <>
      <State tone={enabled ? 'good' : 'warn'} text={enabled ? operators.enabled : operators.disabled} />{' '}
      {warnings.length > 0 && <State tone="warn" text={operators.warnings(warnings.length)} />}
    </>
  );
}

function CreateAgreement({ close }: { readonly close: () => void }) {
  const [key] = useState(() => crypto.randomUUID());
  return (
    <ActDialog
      title={operators.createTitle}
      act={TEXTS.words.create}
      close={close}
      run={async (form) => {
        const serviceID = textIn(form, 'serviceID') ?? '';
        const callbackUrl = textIn(form, 'callbackUrl');
        const { serviceID: created } = await answerOf(
          api.POST('/admin/v1/agreements', {
            params: { header: { 'Idempotency-Key': key } },
            body: {
              serviceID,
              sharedSecret: textIn(form, 'sharedSecret') ?? '',
              domains: wordsIn(form, 'domains'),
              ...(callbackUrl !== undefined && { callbackUrl }),
            },
          }),
        );
        goTo(linkTo('operator', created));
      }}
    >
      <fieldset>
        <legend>{operators.checkList}</legend>
        {operators.checks.map((check, index) => (
          <p class="check" key={check}>
            <input id={`check-${index}`} type="checkbox" required />
            <label for={`check-${index}`}>{check}</label>
          </p>
        ))}
      </fieldset>
      <Field label={operators.serviceID} hint={operators.serviceIDHint} name="serviceID" required />
      <Field
        label={operators.secret}
        hint={operators.secretHint}
        name="sharedSecret"
        type="password"
        required
      />
      <Field label={operators.domains} hint={operators.domainsHint} name="domains" />
      <Field label={operators.callback} hint={operators.callbackHint} name="callbackUrl" type="url" />
    </ActDialog>
  );
}
