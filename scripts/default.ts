/** The first script: whoever is called rings. Copy it, change it, deploy it: `npx strowger deploy scripts/default.ts`. */
import { forward, reject, type Script } from "strowger";

export default {
  invite(call) {
    // A user ("alice") or an extension ("100"). The switch answers 404 where nobody has that name.
    return call.to.user === "" ? reject(404) : forward(call.to.user);
  },
} satisfies Script;
