/** The line of a small chart, as the path of an SVG. Pure. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** `null`: nothing was measured, and the line has a gap. The newest value is at the right, `slots` values fill the width. */
export function linePath(
  values: readonly (number | null)[],
  max: number,
  slots: number,
  { width, height }: Box,
): string {
  const step = width / Math.max(1, slots - 1);
  const first = slots - values.length;
  let isDrawing = false;
  let path = "";
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const x = round((first + index) * step);
    const y = round(height - 1 - (Math.min(value, max) / (max || 1)) * (height - 2));
    path += `${isDrawing ? "L" : "M"}${x} ${y}`;
    isDrawing = true;
  }
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
