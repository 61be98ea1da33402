import { Badge } from "../../components/badge.tsx";
import { numberText } from "../../components/format.ts";
import type { Health } from "./health.ts";

/** Since the switch has started. */
export function HealthBadge({ health: { state, faults } }: { readonly health: Health }) {
  if (state === "quarantined") return <Badge tone="bad">quarantined</Badge>;
  if (state === "faults")
    return <Badge tone="bad">{`${numberText(faults)} ${faults === 1 ? "fault" : "faults"}`}</Badge>;
  if (state === "well") return <Badge tone="good">well</Badge>;
  return <Badge>no events</Badge>;
}
