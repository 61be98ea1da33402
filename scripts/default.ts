/** The first script: whoever is called rings. Copy it, change it, deploy it: `npx strowger deploy scripts/default.ts`. */
import { forward, reject, type Script } from "strowger";

export default {
  invite(call) {
    // A user ("alice") or an extension ("100"). Where nobody has that name our users get 404, and strangers 480.
    return call.to.user === "" ? reject(404) : forward(call.to.user);
  },
} satisfies Script;
