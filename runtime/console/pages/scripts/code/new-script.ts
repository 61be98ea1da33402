/** What a new script begins as. */
import type { Base } from "./workspace.ts";

/** For the `pattern` of a field; the switch has the last word. */
export const SCRIPT_NAME = "[a-z0-9][a-z0-9\\-]{0,62}";
export const SCRIPT_NAME_HINT = "1 to 63 lower-case letters, digits and dashes; not a dash first.";

const FIRST_LINES = `import { reject, type Script } from "strowger";

export default {
  invite(call) {
    console.log("a call for", call.to.user);
    return reject(404);
  },
} satisfies Script;
`;

export function newScript(name: string): Base {
  const entry = `${name}.ts`;
  return { version: null, etag: null, entry, files: { [entry]: FIRST_LINES } };
}
