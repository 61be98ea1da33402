/** Figures out of the text format of Prometheus, as `/metrics` of the switch writes it. Pure. */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by the name of their metric. */
export type Metrics = ReadonlyMap<string, readonly Sample[]>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, Sample[]>();
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const sample = { labels: labelsOf(labels), value: Number(value) };
    const known = metrics.get(name);
    if (known === undefined) metrics.set(name, [sample]);
    else known.push(sample);
  }
  return metrics;
}

/** Over all labels that fit. */
export function sum(metrics: Metrics, name: string, wanted: Readonly<Record<string, string>> = {}): number {
  const fitting = (metrics.get(name) ?? []).filter(({ labels }) =>
    Object.entries(wanted).every(([label, value]) => labels[label] === value),
  );
  return fitting.reduce((total, { value }) => total + value, 0);
}

/** Counts of a histogram by upper bound, as they grow: the last is of all. */
export function buckets(metrics: Metrics, name: string): readonly Bucket[] {
  return (metrics.get(`${name}_bucket`) ?? []).map(({ labels, value }) => ({
    upTo: labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le),
    count: value,
  }));
}

export interface Bucket {
  readonly upTo: number;
  readonly count: number;
}

/** What came between two readings. */
export function since(before: readonly Bucket[], now: readonly Bucket[]): readonly Bucket[] {
  return now.map(({ upTo, count }, index) => ({ upTo, count: count - (before[index]?.count ?? 0) }));
}

/** The value that a share `q` of all is not above, as far as buckets tell; `null` where there is nothing. */
export function quantile(counts: readonly Bucket[], q: number): number | null {
  const total = counts.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const index = counts.findIndex(({ count }) => count >= q * total);
  const { upTo, count } = counts[index] ?? { upTo: 0, count: 0 };
  const { upTo: from, count: below } = counts[index - 1] ?? { upTo: 0, count: 0 };
  if (upTo === Number.POSITIVE_INFINITY) return from;
  return from + ((upTo - from) * (q * total - below)) / (count - below || 1);
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, unescaped(value)] as const);
  return Object.fromEntries(pairs);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_all, letter: string) => (letter === "n" ? "\n" : letter));
}
