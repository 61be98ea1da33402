/** The page that belongs to the path, loaded when it is first opened. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { EmptyState } from "../components/empty-state.tsx";
import { Loading } from "../components/loading.tsx";
import { Faults } from "./faults.tsx";
import { findPage, maySee, type PageComponent, type PageDefinition, pages } from "./pages.ts";
import { navigate } from "./router.ts";

export function Outlet({ path }: { readonly path: string }) {
  const found = findPage(path);
  const home = pages.find((page) => page.order !== null && maySee(page))?.paths[0];
  const isHome = path === "/" && home !== undefined;
  useEffect(() => {
    if (isHome) void navigate(home, { replace: true });
  }, [isHome, home]);
  if (isHome) return null;
  if (found === undefined) {
    return (
      <EmptyState title="There is no such page">
        Nothing of the console is at <code>{path}</code>. <a href="/">Go to the first page</a>
      </EmptyState>
    );
  }
  const { page, params } = found;
  if (!maySee(page)) {
    return (
      <EmptyState title="You may not see this page">
        It needs the scope <code>{page.scope}</code>. Sign in as somebody who has it, or ask an administrator.
      </EmptyState>
    );
  }
  return (
    <Faults key={`${page.paths[0]} ${page.stateOf?.(params) ?? path}`}>
      <LoadedPage page={page} params={params} />
    </Faults>
  );
}

const components = new Map<PageDefinition, PageComponent>();

function LoadedPage({
  page,
  params,
}: {
  readonly page: PageDefinition;
  readonly params: Readonly<Record<string, string>>;
}) {
  const loaded = useSignal(components.has(page));
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    document.title = `${page.title} · Strowger`;
    if (components.has(page)) return;
    page.load().then(
      (module) => {
        components.set(page, module.default);
        loaded.value = true;
      },
      // After an update of the switch the files of the old page are gone.
      () => {
        problem.value = "This page could not be loaded. The switch may have been updated: load the console again.";
      },
    );
  }, [page, loaded, problem]);
  if (problem.value !== null) {
    return (
      <EmptyState title="The page is not there">
        {problem.value}{" "}
        <button type="button" class="button" onClick={() => location.reload()}>
          Load again
        </button>
      </EmptyState>
    );
  }
  const Component = components.get(page);
  if (!loaded.value || Component === undefined) return <Loading />;
  return <Component params={params} />;
}
