import type { DeploymentBody } from "../../../../contract/script-api.ts";
import { Badge } from "../../../components/badge.tsx";
import { Time } from "../../../components/time.tsx";
import { sharesText } from "./split.ts";

const REASONS = { deploy: "deployed", rollback: "rolled back", "auto-rollback": "went back by itself" };

/** What was live, newest first. */
export function HistoryPanel({ history }: { readonly history: readonly DeploymentBody[] }) {
  return (
    <section class="panel" aria-label="What was live">
      <header>
        <h2>What was live</h2>
      </header>
      <ol class="scripts-history body">
        {history.map(({ id, versions, reason, message, author, createdAt }) => (
          <li key={id} class="row">
            <Time at={createdAt} />
            <strong>{sharesText(versions)}</strong>
            <Badge tone={reason === "deploy" ? "neutral" : "warn"}>{REASONS[reason]}</Badge>
            <span class="quiet wrap">
              {author}
              {message !== null && ` · ${message}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
