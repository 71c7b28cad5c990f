import type { Me } from './api/session.js';
import type { Route } from './route.js';

/** What each page gets. */
export interface PageProps {
  readonly me: Me;
  readonly route: Route;
}
