/** Whom the guard treats otherwise: those that are never banned, never heard, or have no limits. */
import { Fragment } from "preact";
import type { AllowedSourcesBody, GuardStatusBody } from "../../../contract/guard-api.ts";
import { can } from "../../app/session.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { numberText } from "../../components/format.ts";
import { visibleLine } from "../../components/visible-text.ts";

interface ListsProps {
  readonly status: GuardStatusBody;
  readonly allowed: AllowedSourcesBody["items"];
  onRemove(source: string): void;
}

export function Lists({ status, allowed, onRemove }: ListsProps) {
  return (
    <div class="bans-lists">
      <section class="panel" aria-label="Never banned">
        <header>
          <h2>Never banned</h2>
        </header>
        <div class="body">
          <ul>
            <Configured sources={status.allow} />
            {allowed.map(({ source, reason }) => (
              <li key={source} class="row">
                <code>{source}</code>
                {reason !== "" && <span class="quiet wrap">{visibleLine(reason)}</span>}
                {can("guard:write") && (
                  <Button kind="quiet" onClick={() => onRemove(source)}>
                    Remove<span class="aloud"> {source}</span>
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {status.allow.length + allowed.length === 0 && <p class="quiet">Nobody.</p>}
        </div>
      </section>
      <section class="panel" aria-label="Never heard">
        <header>
          <h2>Never heard</h2>
        </header>
        <div class="body">
          <ul>
            <Configured sources={status.deny} />
          </ul>
          {status.deny.length === 0 && <p class="quiet">Nobody. guard.deny in strowger.yaml names them.</p>}
        </div>
      </section>
      <section class="panel" aria-label="Without limits">
        <header>
          <h2>Without limits</h2>
        </header>
        <div class="body">
          <ul>
            <Configured sources={status.exempt} />
          </ul>
          {status.exempt.length === 0 && <p class="quiet">Nobody. guard.exempt in strowger.yaml names them.</p>}
        </div>
      </section>
      <section class="panel" aria-label="Since the start">
        <header>
          <h2>Since the start</h2>
        </header>
        <dl class="body facts">
          {Object.entries(status.refused).map(([reason, count]) => (
            <Fragment key={reason}>
              <dt>refused: {reason}</dt>
              <dd>{numberText(count ?? 0)}</dd>
            </Fragment>
          ))}
          <dt>sources remembered</dt>
          <dd>{numberText(status.sources)}</dd>
          <dt>of users</dt>
          <dd>{numberText(status.knownSources)}</dd>
        </dl>
      </section>
    </div>
  );
}

function Configured({ sources }: { readonly sources: readonly string[] }) {
  return (
    <>
      {sources.map((source) => (
        <li key={source} class="row">
          <code>{source}</code>
          <Badge>strowger.yaml</Badge>
        </li>
      ))}
    </>
  );
}
