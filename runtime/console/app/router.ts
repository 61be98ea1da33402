/**
 * Where the console is: the path and the query of the address, by the history of the browser. A plain `<a href="/calls/1">`
 * is a link within the console; what leads to the API or has `download` or `target` is left to the browser.
 */
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { findPage } from "./pages.ts";

const current = () => ({ path: location.pathname, query: location.search });

export const place = signal(current());
export const query = computed(() => new URLSearchParams(place.value.query));

/** Asked before the page is left; resolves with whether it may be. */
type Guard = () => Promise<boolean>;
let guard: Guard | null = null;

export async function navigate(to: string, { replace = false } = {}): Promise<void> {
  if (guard !== null && !(await guard())) return;
  guard = null;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  const isNewPage = place.peek().path !== location.pathname;
  place.value = current();
  if (isNewPage) window.scrollTo(0, 0);
}

/** Changes single fields of the query, without a new entry in the history: a filter that can be sent as a link. */
export function setQuery(changes: Readonly<Record<string, string | null>>): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  history.replaceState(null, "", location.pathname + (text === "" ? "" : `?${text}`));
  place.value = current();
}

/** While `isDirty`, leaving the page asks `mayLeave` first; closing the tab asks by itself. */
export function useLeaveGuard(isDirty: boolean, mayLeave: Guard): void {
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = mayLeave;
    addEventListener("beforeunload", warn);
    return () => {
      if (guard === mayLeave) guard = null;
      removeEventListener("beforeunload", warn);
    };
  }, [isDirty, mayLeave]);
}

export function startRouter(): void {
  addEventListener("popstate", () => void followHistory());
  document.addEventListener("click", (event) => {
    const url = linkOf(event);
    if (url === undefined) return;
    event.preventDefault();
    void navigate(url.pathname + url.search);
  });
}

/** What is not saved is asked about before the entry of the history is taken. */
async function followHistory(): Promise<void> {
  if (guard === null) {
    place.value = current();
    return;
  }
  const wanted = location.pathname + location.search;
  history.pushState(null, "", place.peek().path + place.peek().query);
  await navigate(wanted);
}

function linkOf(event: MouseEvent): URL | undefined {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (event.defaultPrevented || !isPlain || link === null || link.target !== "" || link.hasAttribute("download"))
    return;
  const url = new URL(link.href, location.href);
  if (url.origin !== location.origin || url.hash !== "") return;
  return url.pathname === "/" || findPage(url.pathname) !== undefined ? url : undefined;
}
