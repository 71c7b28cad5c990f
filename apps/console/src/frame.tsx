import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Me, may } from './api/session.js';
import type { Trouble } from './api/trouble.js';
import type { PageProps } from './page.js';
import { Palette } from './palette.js';
import { TroubleNote } from './parts/trouble-note.js';
import { Administrators } from './pages/administrators.js';
import { Audit } from './pages/audit.js';
import { Deliveries, DeliveryPage } from './pages/deliveries.js';
import { Domains } from './pages/domains.js';
import { Jobs } from './pages/jobs.js';
import { OperatorPage } from './pages/operator.js';
import { Operators } from './pages/operators.js';
import { Overview } from './pages/overview.js';
import { SessionPage } from './pages/session.js';
import { Sessions } from './pages/sessions.js';
import { UserPage } from './pages/user.js';
import { Users } from './pages/users.js';
import { linkTo, useRoute } from './route.js';
import { TEXTS } from './texts.js';

interface PageEntry {
  readonly title: string;
  readonly show: (props: PageProps) => JSX.Element;
  /** Without it the page is not in the list. */
  readonly scope?: string;
  /** A page about one thing is reached from the page of all. */
  readonly under?: string;
}

const { nav } = TEXTS;

const PAGES: Readonly<Record<string, PageEntry>> = {
  overview: { title: nav.overview, show: Overview, scope: 'read' },
  sessions: { title: nav.sessions, show: Sessions, scope: 'read' },
  session: { title: nav.session, show: SessionPage, under: 'sessions' },
  users: { title: nav.users, show: Users, scope: 'read' },
  user: { title: nav.user, show: UserPage, under: 'users' },
  operators: { title: nav.operators, show: Operators, scope: 'read' },
  operator: { title: nav.operator, show: OperatorPage, under: 'operators' },
  deliveries: { title: nav.deliveries, show: Deliveries, scope: 'read' },
  delivery: { title: nav.delivery, show: DeliveryPage, under: 'deliveries' },
  jobs: { title: nav.jobs, show: Jobs, scope: 'read' },
  domains: { title: nav.domains, show: Domains, scope: 'read' },
  audit: { title: nav.audit, show: Audit, scope: 'admin' },
  administrators: { title: nav.administrators, show: Administrators, scope: 'admin' },
};

export function Frame({
  me,
  trouble,
  leave,
}: {
  readonly me: Me;
  readonly trouble: Trouble | undefined;
  readonly leave: () => void;
}) {
  const route = useRoute();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const entry = PAGES[route.page];
  const title = entry?.title ?? nav.unknown;
  useEffect(() => {
    document.title = `${title} · ${TEXTS.product}`;
  }, [title]);
  // A screen reader reads the new page from its begin.
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) main.current?.focus();
    isFirst.current = false;
  }, [route.page, route.of]);
  useEffect(() => listenForKeys(() => setPaletteOpen(true)), []);

  const listed = Object.entries(PAGES).filter(
    ([, { scope, under }]) => under === undefined && (scope === undefined || may(me, scope)),
  );
  const Show = entry?.show;
  return (
    <div class="frame">
      <header>
        <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
          {nav.skip}
        </a>
        <div class="brand">{TEXTS.product}</div>
        <nav class="main" aria-label={nav.label}>
          <ul>
            {listed.map(([name, page]) => (
              <li key={name}>
                <a
                  href={linkTo(name)}
                  aria-current={name === (entry?.under ?? route.page) ? 'page' : undefined}
                >
                  {page.title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <button type="button" onClick={() => setPaletteOpen(true)} aria-keyshortcuts="Control+K">
            {nav.palette} <span class="small">Ctrl K</span>
          </button>
          <span class="small">{me.name}</span>
          <button type="button" onClick={leave}>
            {nav.signOut}
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <TroubleNote of={trouble} />
        {Show === undefined ? (
          <h1>{nav.unknown}</h1>
        ) : (
          <Show key={`${route.page}/${route.of}`} me={me} route={route} />
        )}
      </main>
      {isPaletteOpen && (
        <Palette
          close={() => setPaletteOpen(false)}
          pages={listed.map(([name, page]) => [name, page.title] as const)}
        />
      )}
    </div>
  );
}

/** `Ctrl K` opens the palette, `/` goes to the search of the page. */
function listenForKeys(openPalette: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openPalette();
      return;
    }
    const isWriting = /^(?:INPUT|SELECT|TEXTAREA)$/u.test((event.target as Element).tagName);
    const search = document.querySelector<HTMLInputElement>('[data-search]');
    if (event.key === '/' && !isWriting && search !== null) {
      event.preventDefault();
      search.focus();
    }
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}
