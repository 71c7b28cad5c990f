import { answerOf, api, AS_REFRESH } from '../api/client.js';
import type { Suggestion } from '../parts/combobox.js';
import { TEXTS } from '../texts.js';

export const FILTER_KINDS = ['user', 'peer', 'domain', 'client', 'node'] as const;
export type FilterKind = (typeof FILTER_KINDS)[number];
export type SessionQuery = Partial<Record<FilterKind, string>>;

/** What a person chose stands in the address of the page. */
export const filterOf = (query: Readonly<Record<string, string>>): SessionQuery =>
  Object.fromEntries(FILTER_KINDS.flatMap((kind) => (query[kind] ? [[kind, query[kind]]] : [])));

const MOST = 6;

const suggestion = (kind: FilterKind, value: string): Suggestion => ({
  id: `${kind} ${value}`,
  text: `${TEXTS.sessions.kinds[kind]}: ${value}`,
});

export function chosenFilter({ id }: Suggestion): readonly [FilterKind, string] {
  const space = id.indexOf(' ');
  return [id.slice(0, space) as FilterKind, id.slice(space + 1)];
}

/** A user by the begin of the name, an operator and a domain by any part of it. A client must be complete. */
export async function suggestFilters(text: string): Promise<readonly Suggestion[]> {
  const wanted = text.trim();
  if (wanted === '') return [];
  const [users, operators, domains] = await Promise.all([
    answerOf(
      api.GET('/admin/v1/users', { params: { query: { prefix: wanted, limit: MOST } }, ...AS_REFRESH }),
    ),
    answerOf(api.GET('/admin/v1/agreements', { params: { query: { limit: 500 } }, ...AS_REFRESH })),
    answerOf(api.GET('/admin/v1/domains', { params: { query: { limit: 500 } }, ...AS_REFRESH })),
  ]);
  const matching = (names: readonly string[]): readonly string[] =>
    names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase())).slice(0, MOST);
  return [
    ...users.items.map(({ userID }) => suggestion('user', userID)),
    ...matching(operators.items.map(({ serviceID }) => serviceID)).map((name) => suggestion('peer', name)),
    ...matching(domains.items.map(({ name }) => name)).map((name) => suggestion('domain', name)),
    suggestion('client', wanted),
  ];
}
