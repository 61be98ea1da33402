/** Which rows of a long table are rendered: those in sight, and some around them. Pure. */
export interface VisibleRows {
  /** The first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Heights of what is not rendered, in pixels. */
  readonly above: number;
  readonly below: number;
}

const AROUND = 8;

export function visibleRows(count: number, rowHeight: number, scrollTop: number, height: number): VisibleRows {
  const from = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - AROUND);
  const to = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + AROUND);
  return { from, to: Math.max(from, to), above: from * rowHeight, below: (count - Math.max(from, to)) * rowHeight };
}
