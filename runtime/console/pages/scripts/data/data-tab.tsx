/** What a script keeps: its secrets by name, and its keys. */
import { can } from "../../../app/session.ts";
import { KvPanel } from "./kv-panel.tsx";
import { SecretsPanel } from "./secrets-panel.tsx";

export function DataTab({ name }: { readonly name: string }) {
  return (
    <div class="stack">
      {can("secrets:write") && <SecretsPanel name={name} />}
      {can("kv:read") && <KvPanel name={name} />}
    </div>
  );
}
