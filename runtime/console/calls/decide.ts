import type { Decision } from "../../../sdk/decisions.ts";
import { send } from "../api/client.ts";
import { path } from "../api/path.ts";

/** Does a decision on a call in place of what its script has decided. Throws `ApiError`. */
export async function decide(callId: string, decision: Decision | { readonly type: string }): Promise<void> {
  await send("POST", path`/v1/calls/${callId}/decisions`, decision);
}
