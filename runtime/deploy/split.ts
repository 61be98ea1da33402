/** Which version of a deployment a call runs on: by a hash of its id, so that the same call always gets the same one. */
import { RequestError } from "../base/errors.ts";
import type { DeploymentShare } from "../port/deployment.ts";

/** 0 to 99, evenly spread (FNV-1a, 32 bits, with a last mix: its low bits alone follow the last characters). */
export function bucketOf(callId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < callId.length; index++) {
    hash = Math.imul(hash ^ callId.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return (hash >>> 0) % 100;
}

/** The share that a bucket falls into. */
export function chooseShare<Share extends { readonly percent: number }>(
  shares: readonly Share[],
  bucket: number,
): Share {
  let end = 0;
  for (const share of shares) {
    end += share.percent;
    if (bucket < end) return share;
  }
  // Shares add up to 100, which `checkShares` saw to, so this is not reached with a bucket below 100.
  return shares[shares.length - 1] as Share;
}

/** The version that most calls get; of equals the first. */
export function mainVersion(shares: readonly DeploymentShare[]): number | undefined {
  return shares.reduce<DeploymentShare | undefined>(
    (most, share) => (most === undefined || share.percent > most.percent ? share : most),
    undefined,
  )?.version;
}

export function checkShares(shares: readonly DeploymentShare[]): void {
  const whole = shares.every(({ percent }) => Number.isInteger(percent) && percent >= 1 && percent <= 100);
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (!whole || sum !== 100) {
    const found = shares.map(({ percent }) => percent).join(" + ");
    throw new RequestError(
      "invalid-request",
      `percents must be whole numbers from 1 and add up to 100: ${found || "none"}`,
    );
  }
  const versions = shares.map(({ version }) => version);
  const twice = versions.find((version, index) => versions.indexOf(version) !== index);
  if (twice === undefined) return;
  throw new RequestError("invalid-request", `version ${twice} is named twice: give it one share`);
}
