import { useEffect, useState } from 'preact/hooks';

/** Where the person is: `#/sessions?user=…`. It stands behind the `#`, so the service serves one page. */
export interface Route {
  readonly page: string;
  /** What the page is about, such as one session. */
  readonly of: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/u, '').split('?');
  const [page = '', of] = path.split('/');
  return {
    page: page || 'overview',
    of: of === undefined ? undefined : decodeURIComponent(of),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function linkTo(
  page: string,
  of?: string,
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = new URLSearchParams(given).toString();
  const path = of === undefined ? page : `${page}/${encodeURIComponent(of)}`;
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

export function goTo(link: string): void {
  location.hash = link;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return routeOf(hash);
}
