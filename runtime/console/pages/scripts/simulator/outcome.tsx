import type { SimulationBody } from "../../../../contract/simulation-session-api.ts";
import { Badge } from "../../../components/badge.tsx";
import { durationText } from "../../../components/format.ts";

/** How the simulated call stands. */
export function Outcome({ simulation }: { readonly simulation: SimulationBody }) {
  const { where, seconds, isOver, response, state, kv, tags } = simulation;
  const kept = { state, tags, kv };
  const isKept = Object.values(kept).some((value) => value != null && Object.keys(Object(value)).length > 0);
  return (
    <div class="scripts-outcome" role="status">
      <p class="row">
        <Badge tone={isOver ? "neutral" : "good"}>{isOver ? "over" : durationText(seconds)}</Badge>
        <strong class="wrap">{where}</strong>
        {response !== null && <span class="quiet">{`${response.code} ${response.reason}`}</span>}
      </p>
      {isKept && (
        <details>
          <summary>State, tags and keys</summary>
          <pre class="wrap">{JSON.stringify(kept, null, 2)}</pre>
        </details>
      )}
    </div>
  );
}
