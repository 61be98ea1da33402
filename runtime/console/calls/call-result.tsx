import type { CdrBody } from "../../contract/call-api.ts";
import { Badge, type Tone } from "../components/badge.tsx";

const TONES: Readonly<Record<CdrBody["result"], Tone>> = {
  answered: "good",
  failed: "bad",
  cancelled: "warn",
};

/** How a call has ended; the code says more where nobody answered. */
export function CallResult({ result, code }: { readonly result: CdrBody["result"]; readonly code: number | null }) {
  const more = result === "answered" || code === null ? "" : ` · ${code}`;
  return (
    <Badge tone={TONES[result]}>
      {result}
      {more}
    </Badge>
  );
}
