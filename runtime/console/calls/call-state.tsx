import type { CallBody } from "../../contract/call-api.ts";
import { Badge, type Tone } from "../components/badge.tsx";
import { Duration } from "../components/time.tsx";

const TONES: Readonly<Record<CallBody["state"], Tone>> = {
  deciding: "neutral",
  calling: "info",
  ringing: "warn",
  answered: "good",
  ended: "neutral",
};

export function CallState({ state }: Pick<CallBody, "state">) {
  return <Badge tone={TONES[state]}>{state}</Badge>;
}

/** Since it was answered, or, as long as it is not, since it began. */
export function CallDuration({ call }: { readonly call: CallBody }) {
  if (call.state === "ended") return <Duration seconds={call.seconds} />;
  return <Duration since={call.answeredAt ?? call.startedAt} />;
}
