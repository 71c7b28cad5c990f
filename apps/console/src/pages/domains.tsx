import { useState } from 'preact/hooks';
import { answerOf, api, asked } from '../api/client.js';
import type { operations } from '../../../../clients/typescript/openapi.js';
import { may } from '../api/session.js';
import type { PageProps } from '../page.js';
import { ActDialog } from '../parts/dialog.js';
import { Field, textIn, wordsIn } from '../parts/field.js';
import { Pager, usePages } from '../parts/pages.js';
import { Table } from '../parts/table.js';
import { TroubleNote } from '../parts/trouble-note.js';
import { linkTo } from '../route.js';
import { TEXTS } from '../texts.js';

type Domain = operations['getDomain']['responses'][200]['content']['application/json'];

const { domains } = TEXTS;

export function Domains({ me }: PageProps) {
  const [act, setAct] = useState<{ kind: 'create' } | { kind: 'change' | 'remove'; domain: Domain }>();
  const page = usePages('domains', (cursor, purpose) =>
    answerOf(
      api.GET('/admin/v1/domains', { params: { query: { ...(cursor && { cursor }) } }, ...asked(purpose) }),
    ),
  );
  const close = (): void => setAct(undefined);
  return (
    <>
      <h1>{domains.title}</h1>
      {may(me, 'agreements') && (
        <div class="acts left">
          <button type="button" onClick={() => setAct({ kind: 'create' })}>
            {domains.create}
          </button>
        </div>
      )}
      <section class="card">
        <TroubleNote of={page.trouble} again={page.again} />
        <Table
          caption={domains.list}
          rows={page.value?.items}
          keyOf={({ name }) => name}
          empty={domains.empty}
          columns={[
            {
              head: domains.name,
              cell: ({ name }) => <a href={linkTo('sessions', undefined, { domain: name })}>{name}</a>,
            },
            { head: domains.provider, cell: ({ spInfo }) => spInfo?.name ?? TEXTS.words.none },
            { head: domains.services, cell: ({ services }) => services?.join(', ') ?? domains.allServices },
            {
              head: domains.passwords,
              cell: ({ userDirectory }) => userDirectory?.url ?? domains.ownPasswords,
            },
            {
              head: TEXTS.words.actions,
              cell: (domain) =>
                may(me, 'agreements') ? (
                  <>
                    <button
                      type="button"
                      aria-label={`${domains.change} ${domain.name}`}
                      onClick={() => setAct({ kind: 'change', domain })}
                    >
                      {domains.change}
                    </button>{' '}
                    <button
                      type="button"
                      aria-label={`${TEXTS.words.remove}: ${domain.name}`}
                      onClick={() => setAct({ kind: 'remove', domain })}
                    >
                      {TEXTS.words.remove}
                    </button>
                  </>
                ) : (
                  TEXTS.words.none
                ),
            },
          ]}
        />
        <Pager of={page} />
      </section>
      {act?.kind === 'create' && <CreateDomain close={close} done={page.again} />}
      {act?.kind === 'change' && <ChangeDomain domain={act.domain} close={close} done={page.again} />}
      {act?.kind === 'remove' && <RemoveDomain name={act.domain.name} close={close} done={page.again} />}
    </>
  );
}

interface Done {
  readonly close: () => void;
  readonly done: () => void;
}

/** A provider has a name, or there is no information about it. */
function wished(form: FormData) {
  const [name, description, url] = ['provider', 'description', 'url'].map((field) => textIn(form, field));
  const services = wordsIn(form, 'services');
  return {
    spInfo:
      name === undefined
        ? null
        : { name, ...(description !== undefined && { description }), ...(url !== undefined && { url }) },
    services: services.length > 0 ? services : null,
  };
}

function ProviderFields({ of }: { readonly of?: Domain }) {
  const { name = '', description = '', url = '' } = of?.spInfo ?? {};
  return (
    <>
      <Field label={domains.provider} name="provider" defaultValue={name} />
      <Field label={domains.description} name="description" defaultValue={description} />
      <Field label={domains.url} name="url" type="url" defaultValue={url} />
      <Field
        label={domains.services}
        hint={domains.servicesHint}
        name="services"
        defaultValue={of?.services?.join(' ') ?? ''}
      />
    </>
  );
}

function CreateDomain({ close, done }: Done) {
  const [key] = useState(() => crypto.randomUUID());
  return (
    <ActDialog
      title={domains.createTitle}
      act={TEXTS.words.create}
      close={close}
      run={async (form) => {
        const { spInfo, services } = wished(form);
        await answerOf(
          api.POST('/admin/v1/domains', {
            params: { header: { 'Idempotency-Key': key } },
            body: {
              name: textIn(form, 'name') ?? '',
              ...(spInfo !== null && { spInfo }),
              ...(services !== null && { services }),
            },
          }),
        );
        done();
      }}
    >
      <Field label={domains.name} name="name" required />
      <ProviderFields />
    </ActDialog>
  );
}

/** The picture of a provider is not shown here, and stays. */
function ChangeDomain({ domain, close, done }: Done & { readonly domain: Domain }) {
  return (
    <ActDialog
      title={domains.changeTitle(domain.name)}
      act={TEXTS.words.save}
      close={close}
      run={async (form) => {
        const { spInfo, services } = wished(form);
        const logo = domain.spInfo?.logo;
        await answerOf(
          api.PATCH('/admin/v1/domains/{name}', {
            params: { path: { name: domain.name } },
            body: { spInfo: spInfo && { ...spInfo, ...(logo !== undefined && { logo }) }, services },
          }),
        );
        done();
      }}
    >
      <ProviderFields of={domain} />
    </ActDialog>
  );
}

function RemoveDomain({ name, close, done }: Done & { readonly name: string }) {
  return (
    <ActDialog
      title={domains.removeTitle(name)}
      act={TEXTS.words.remove}
      isDangerous
      close={close}
      run={async () => {
        await answerOf(api.DELETE('/admin/v1/domains/{name}', { params: { path: { name } } }));
        done();
      }}
    >
      <p>{domains.removeSays(name)}</p>
    </ActDialog>
  );
}
