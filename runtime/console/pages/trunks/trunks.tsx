/** How each trunk is doing, and what it is set to do. */
import { useEffect } from "preact/hooks";
import type { TrunkBody } from "../../../contract/trunk-api.ts";
import { getAll } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { follow } from "../../api/stream.ts";
import { can } from "../../app/session.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { TrunkView } from "./trunk-view.tsx";
import "./trunks.css";

/** Lines in use change with each call; what goes up or down is told at once. */
const EVERY_MS = 5_000;

export default function TrunksPage() {
  const trunks = useResource((signal) => getAll<TrunkBody>("/v1/trunks", { signal }), [], { everyMs: EVERY_MS });
  useEffect(() => {
    if (!can("calls:read")) return;
    return follow("/v1/events?type=trunk", { entry: () => void trunks.reload() });
  }, [trunks]);
  return (
    <>
      <PageHead title="Trunks" />
      <LoadedView loaded={trunks.loaded.value}>
        {(body) =>
          body.length === 0 ? (
            <EmptyState title="No trunk">
              Declare one under trunks in strowger.yaml, or PUT /v1/trunks/NAME: the uri of the carrier and the account.
            </EmptyState>
          ) : (
            <div class="stack">
              {body.map((trunk) => (
                <TrunkView key={trunk.name} trunk={trunk} />
              ))}
            </div>
          )
        }
      </LoadedView>
    </>
  );
}
