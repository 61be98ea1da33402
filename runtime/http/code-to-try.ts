/** Code that somebody wants to try out, as a request names it: a version, or a draft for those who may write scripts. */
import type { UploadBody } from "../contract/script-api.ts";
import type { CodeToTry, VersionSelector } from "../port/deployment.ts";
import { allows } from "./authenticate.ts";
import type { Caller } from "./console/sessions.ts";
import { RequestProblem } from "./problem.ts";

/** Throws `RequestProblem` (`insufficient-scope`). */
export function codeToTry(
  { version = "active", draft }: { readonly version?: VersionSelector; readonly draft?: UploadBody },
  caller: Caller,
): CodeToTry {
  if (draft === undefined) return { type: "version", selector: version };
  if (!allows(caller.scopes, ["scripts:write"]))
    throw new RequestProblem("insufficient-scope", "A draft needs the scope scripts:write as well.");
  const { entry, files } = draft;
  return { type: "draft", upload: { entry, files, author: caller.name, typecheck: "off" } };
}
