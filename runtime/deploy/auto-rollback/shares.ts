/** What is new in a deployment, and what it would be without that. */
import type { DeploymentShare } from "../../port/deployment.ts";

/** Versions that get more of the calls than they did before. */
export function newVersions(now: readonly DeploymentShare[], before: readonly DeploymentShare[]): number[] {
  const old = new Map(before.map(({ version, percent }) => [version, percent]));
  return now.filter(({ version, percent }) => percent > (old.get(version) ?? 0)).map(({ version }) => version);
}

/** The shares of the other versions, made up to 100 percent, the greatest first; none where nothing is left. */
export function sharesWithout(shares: readonly DeploymentShare[], taken: ReadonlySet<number>): DeploymentShare[] {
  const rest = shares.filter(({ version }) => !taken.has(version)).sort((a, b) => b.percent - a.percent);
  const sum = rest.reduce((total, { percent }) => total + percent, 0);
  const whole = rest.map(({ version, percent }) => ({
    version,
    percent: Math.max(1, Math.floor((percent * 100) / sum)),
  }));
  const [first, ...others] = whole;
  if (first === undefined) return [];
  return [{ ...first, percent: 100 - others.reduce((total, { percent }) => total + percent, 0) }, ...others];
}
