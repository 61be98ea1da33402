/** Lines that two texts share and those that they do not, by the shortest way from one to the other (Myers 1986). */
import type { Files } from "../check/protocol.ts";

export type DiffLine =
  | { readonly type: "same"; readonly text: string; readonly before: number; readonly after: number }
  | { readonly type: "removed"; readonly text: string; readonly before: number }
  | { readonly type: "added"; readonly text: string; readonly after: number }
  /** So many lines that are the same and are not shown. */
  | { readonly type: "skipped"; readonly count: number };

export interface FileDiff {
  readonly file: string;
  readonly change: "added" | "removed" | "changed";
  readonly lines: readonly DiffLine[];
}

/** Changes beyond which a middle part is shown as replaced as a whole: the search grows with their square. */
const MOST_CHANGES = 500;
const CONTEXT = 3;

/** Only files that differ, by name. */
export function diffFiles(before: Files, after: Files): FileDiff[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((file): FileDiff[] => {
    const [old, fresh] = [before[file], after[file]];
    if (old === fresh) return [];
    const change = old === undefined ? "added" : fresh === undefined ? "removed" : "changed";
    return [{ file, change, lines: shortened(diffLines(linesOf(old), linesOf(fresh))) }];
  });
}

export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  const middle = steps(before.slice(head, oldEnd), after.slice(head, newEnd));
  const all = [...Array<Step>(head).fill("same"), ...middle, ...Array<Step>(tail).fill("same")];
  let [old, fresh] = [0, 0];
  return all.map((step): DiffLine => {
    if (step === "removed") return { type: step, text: before[old++] ?? "", before: old };
    if (step === "added") return { type: step, text: after[fresh++] ?? "", after: fresh };
    return { type: step, text: before[old++] ?? "", before: old, after: ++fresh };
  });
}

type Step = "same" | "removed" | "added";

function steps(before: readonly string[], after: readonly string[]): Step[] {
  const replaced = [...Array<Step>(before.length).fill("removed"), ...Array<Step>(after.length).fill("added")];
  if (before.length === 0 || after.length === 0) return replaced;
  const most = Math.min(before.length + after.length, MOST_CHANGES);
  const furthest = new Map<number, number>([[1, 0]]);
  const reach = (diagonal: number) => furthest.get(diagonal) ?? -1;
  const trace: ReadonlyMap<number, number>[] = [];
  for (let changes = 0; changes <= most; changes++) {
    trace.push(new Map(furthest));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const isDown = diagonal === -changes || (diagonal !== changes && reach(diagonal - 1) < reach(diagonal + 1));
      let x = isDown ? reach(diagonal + 1) : reach(diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x++;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return wayBack(trace, before.length, after.length);
    }
  }
  return replaced;
}

function wayBack(trace: readonly ReadonlyMap<number, number>[], width: number, height: number): Step[] {
  const found: Step[] = [];
  let [x, y] = [width, height];
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const reach = (diagonal: number) => trace[changes]?.get(diagonal) ?? -1;
    const diagonal = x - y;
    const isDown = diagonal === -changes || (diagonal !== changes && reach(diagonal - 1) < reach(diagonal + 1));
    const from = isDown ? diagonal + 1 : diagonal - 1;
    const [oldX, oldY] = [reach(from), reach(from) - from];
    for (; x > oldX && y > oldY && x > 0 && y > 0; x--, y--) found.push("same");
    if (changes > 0) found.push(isDown ? "added" : "removed");
    [x, y] = [oldX, oldY];
  }
  return found.reverse();
}

/** Without the lines that are far from any change. */
function shortened(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ type }) => type !== "same"),
  );
  const shown: DiffLine[] = [];
  lines.forEach((line, index) => {
    const last = shown.at(-1);
    if (near[index] === true) shown.push(line);
    else if (last?.type === "skipped") shown[shown.length - 1] = { type: "skipped", count: last.count + 1 };
    else shown.push({ type: "skipped", count: 1 });
  });
  return shown;
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}
