/**
 * Which pages there are. A folder `pages/NAME` with a `page.ts` is a page: it is in the navigation and has its path by being
 * there. What it shows is loaded when it is opened.
 */
import type { ComponentType } from "preact";
import type { Scope } from "../../contract/scope.ts";
import { matchPath, type PathParams } from "./match-path.ts";
import { can } from "./session.ts";

export interface PageProps {
  /** Of the path: `{ id: "…" }` of `/calls/:id`, decoded. */
  readonly params: PathParams;
}

export type PageComponent = ComponentType<PageProps>;

export interface PageDefinition {
  /** The paths that it has, the one of the navigation first: `["/scripts", "/scripts/:name"]`. */
  readonly paths: readonly [string, ...string[]];
  readonly title: string;
  /** What one must be allowed to read to see it; `null`: whoever is signed in. */
  readonly scope: Scope | null;
  /** Its place in the navigation; `null`: it is not in it. Live is 10. */
  readonly order: number | null;
  /**
   * What the state of the page belongs to: with another one it begins anew. `({ name }) => name` keeps an editor while the
   * path goes from file to file of a script.
   * @default the whole path
   */
  readonly stateOf?: (params: PathParams) => string;
  readonly load: () => Promise<{ readonly default: PageComponent }>;
}

const modules = import.meta.glob<{ readonly page: PageDefinition }>("../pages/*/page.ts", { eager: true });

export const pages: readonly PageDefinition[] = Object.values(modules)
  .map(({ page }) => page)
  .sort((a, b) => (a.order ?? Number.POSITIVE_INFINITY) - (b.order ?? Number.POSITIVE_INFINITY));

export interface PageMatch {
  readonly page: PageDefinition;
  readonly params: PathParams;
}

export function findPage(path: string): PageMatch | undefined {
  for (const page of pages) {
    for (const pattern of page.paths) {
      const params = matchPath(pattern, path);
      if (params !== undefined) return { page, params };
    }
  }
  return undefined;
}

/** Whether there is a page at this path, and it may be seen: where not, there is no link to it. */
export function canOpen(path: string): boolean {
  const page = findPage(path)?.page;
  return page !== undefined && maySee(page);
}

export function maySee({ scope }: PageDefinition): boolean {
  return scope === null || can(scope);
}
