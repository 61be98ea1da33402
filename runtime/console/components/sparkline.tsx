import { type Box, linePath } from "./sparkline-path.ts";

export interface Series {
  readonly values: readonly (number | null)[];
  /** @default 1 */
  readonly color?: 1 | 2 | 3;
}

interface SparklineProps {
  /** What it shows, in words, with the newest value: the line itself is for the eye alone. */
  readonly label: string;
  readonly series: readonly Series[];
  /** How many values fill the width. */
  readonly slots: number;
  /** The top. @default the largest value */
  readonly max?: number;
}

const BOX: Box = { width: 160, height: 34 };

export function Sparkline({ label, series, slots, max }: SparklineProps) {
  const top = max ?? Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path class="ground" d={`M0 ${BOX.height - 0.5}H${BOX.width}`} />
      {series.map(({ values, color = 1 }, index) => (
        <path key={index} class={`series-${color}`} d={linePath(values, top, slots, BOX)} />
      ))}
    </svg>
  );
}
