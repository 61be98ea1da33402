import { EmptyState } from "../../../components/empty-state.tsx";
import { millisecondsText, numberText } from "../../../components/format.ts";
import { Time } from "../../../components/time.tsx";
import type { Standing } from "../api.ts";
import { faultReasons, faultsOf, healthOf, type VersionStats } from "../health.ts";
import { HealthBadge } from "../health-badge.tsx";

interface LivePanelProps {
  readonly standing: Standing;
  readonly stats: readonly VersionStats[];
}

/** The versions that get calls, side by side. */
export function LivePanel({ standing, stats }: LivePanelProps) {
  const live = standing.summary.active;
  if (live.length === 0)
    return <EmptyState title="Nothing is live">Calls to this script get the fallback of their route.</EmptyState>;
  return (
    <div class="scripts-live">
      {[...live]
        .sort((a, b) => b.version - a.version)
        .map((share) => {
          const stored = standing.versions.find(({ version }) => version === share.version);
          const own = stats.find(({ version }) => version === share.version);
          return (
            <article key={share.version} class="scripts-card" aria-label={`Version ${share.version}`}>
              <div class="row">
                <h3>v{share.version}</h3>
                <HealthBadge health={healthOf(stats, [share])} />
                <strong class="push">{share.percent} %</strong>
              </div>
              <div class="scripts-bar" aria-hidden="true">
                <div style={{ width: `${share.percent}%` }} />
              </div>
              <p class="quiet small wrap">
                {stored?.author} · <Time at={stored?.createdAt ?? null} />
                {stored?.message != null && ` · ${stored.message}`}
              </p>
              <Figures stats={own} />
            </article>
          );
        })}
    </div>
  );
}

function Figures({ stats }: { readonly stats: VersionStats | undefined }) {
  if (stats === undefined) return <p class="quiet">It has had no event yet.</p>;
  const { events, calls, failedCalls, timeouts, wallMs, cpuMs } = stats;
  const faults = faultsOf(stats);
  return (
    <dl class="facts">
      <dt>Events</dt>
      <dd>{numberText(events)}</dd>
      <dt>Calls</dt>
      <dd>
        {numberText(calls)}
        {failedCalls > 0 && <span class="bad"> · {numberText(failedCalls)} failed</span>}
      </dd>
      <dt>Faults</dt>
      <dd class={faults > 0 ? "bad" : ""}>{faults === 0 ? "none" : `${numberText(faults)}: ${faultReasons(stats)}`}</dd>
      <dt>Timeouts</dt>
      <dd>{numberText(timeouts)}</dd>
      <dt>Answers in</dt>
      <dd>{timesText(wallMs)}</dd>
      <dt>CPU</dt>
      <dd>{timesText(cpuMs)}</dd>
    </dl>
  );
}

function timesText(times: VersionStats["wallMs"]): string {
  if (times === null) return "–";
  return `p50 ${millisecondsText(times.p50)} · p95 ${millisecondsText(times.p95)} · p99 ${millisecondsText(times.p99)}`;
}
