import { path } from "../api/path.ts";
import { canOpen } from "../app/pages.ts";

/** The script that a call runs on, in its version. */
export function ScriptLink({ script, version }: { readonly script: string; readonly version: number }) {
  if (script === "") return <span class="quiet">no script</span>;
  const name = `${script} v${version}`;
  const to = path`/scripts/${script}`;
  return canOpen(to) ? <a href={`${to}?version=${version}`}>{name}</a> : <span>{name}</span>;
}
