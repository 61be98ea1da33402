/** How calls are shared out between versions. Pure. */
export interface Share {
  readonly version: number;
  readonly percent: number;
}

/** `candidate` gets `percent` of the calls, `other` the rest; whoever gets none is not in it. */
export function splitOf(other: number, candidate: number, percent: number): Share[] {
  const whole = Math.min(100, Math.max(0, Math.round(percent)));
  const shares = [
    { version: other, percent: 100 - whole },
    { version: candidate, percent: whole },
  ];
  if (other === candidate) return [{ version: candidate, percent: 100 }];
  return shares.filter((share) => share.percent > 0);
}

/** Who gets most calls; of equals the newer. */
export function leaderOf(shares: readonly Share[]): number | null {
  const [first] = [...shares].sort((a, b) => b.percent - a.percent || b.version - a.version);
  return first?.version ?? null;
}

/** `v3`, or `v3 90 % · v4 10 %`, the oldest first. */
export function sharesText(shares: readonly Share[]): string {
  if (shares.length === 1) return `v${shares[0]?.version}`;
  const byVersion = [...shares].sort((a, b) => a.version - b.version);
  return byVersion.map(({ version, percent }) => `v${version} ${percent} %`).join(" · ");
}
