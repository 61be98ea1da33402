/** Which script gets which call. */
import { useSignal } from "@preact/signals";
import type { RouteBody } from "../../../contract/resource-api.ts";
import { getAll, getTagged, type Page, send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { numberText } from "../../components/format.ts";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { say, sayProblem } from "../../components/toast.tsx";
import { DryRun } from "./dry-run.tsx";
import { RouteDialog } from "./route-dialog.tsx";
import { RouteList } from "./route-list.tsx";
import "./routes.css";

interface Routes {
  readonly routes: readonly RouteBody[];
  readonly etag: string | null;
}

/** The ETag is that of the first page, as a write is checked against it. */
async function readRoutes(signal: AbortSignal): Promise<Routes> {
  const { body, etag } = await getTagged<Page<RouteBody>>("/v1/routes", { signal });
  if (body.next === null) return { routes: body.items, etag };
  const rest = await getAll<RouteBody>("/v1/routes", { signal });
  return { routes: rest, etag };
}

const namesOf = async (what: string) => (await getAll<{ readonly name: string }>(what)).map(({ name }) => name);

export default function RoutesPage() {
  const resource = useResource(readRoutes, []);
  const taken = useSignal<string | null>(null);
  const isEditable = can("routes:write");

  const edit = async (name: string | null) => {
    try {
      const [before, scripts, trunks] = await Promise.all([
        name === null ? undefined : getTagged<RouteBody>(path`/v1/routes/${name}`),
        can("scripts:read") ? namesOf("/v1/scripts") : [],
        can("trunks:read") ? namesOf("/v1/trunks") : [],
      ]);
      showDialog((close) => (
        <RouteDialog
          {...(before === undefined ? {} : { before })}
          scripts={scripts}
          trunks={trunks}
          onDone={() => void resource.reload()}
          onClose={close}
        />
      ));
    } catch (error) {
      sayProblem(error);
    }
  };
  const remove = async ({ name }: RouteBody) => {
    const at = path`/v1/routes/${name}`;
    const etag = await getTagged(at).then(
      (read) => read.etag,
      () => null,
    );
    const confirm = async () => {
      await send("DELETE", at, undefined, etag === null ? {} : { ifMatch: etag });
      say(`The route ${name} is removed.`);
      await resource.reload();
    };
    showDialog((close) => (
      <ConfirmDialog title="Remove a route" action="Remove" onClose={close} onConfirm={confirm}>
        <p class="wrap">
          Calls that <strong>{name}</strong> takes now go to the next route that fits, or are answered with 404. Calls
          that are up stay.
        </p>
      </ConfirmDialog>
    ));
  };
  const order = (etag: string | null) => async (names: readonly string[]) => {
    try {
      await send("PUT", "/v1/routes", { names }, etag === null ? {} : { ifMatch: etag });
      say("The new order is in force.");
    } catch (error) {
      sayProblem(error);
    }
    await resource.reload();
  };
  return (
    <>
      <PageHead title="Routes">
        {isEditable && (
          <Button kind="primary" onClick={() => edit(null)}>
            Add route
          </Button>
        )}
      </PageHead>
      <LoadedView loaded={resource.loaded.value}>
        {({ routes, etag }) => (
          <div class="stack">
            <DryRun
              routes={routes}
              onTaken={(name) => {
                taken.value = name;
              }}
            />
            <section class="panel" aria-label="All routes">
              <header>
                <h2>
                  {numberText(routes.length)} {routes.length === 1 ? "route" : "routes"}
                </h2>
                <span class="quiet">The first that fits takes the call.</span>
              </header>
              {routes.length === 0 ? (
                <EmptyState title="No route">
                  Every call goes to the only script there is; with several scripts, calls need a route.
                </EmptyState>
              ) : (
                <RouteList
                  routes={routes}
                  taken={taken.value}
                  isEditable={isEditable}
                  onOrder={order(etag)}
                  onEdit={({ name }) => void edit(name)}
                  onRemove={(route) => void remove(route)}
                />
              )}
            </section>
          </div>
        )}
      </LoadedView>
    </>
  );
}
