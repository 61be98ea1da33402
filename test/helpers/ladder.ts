/** The messages of a test in the order of their going, printed when it fails. */

interface Step {
  readonly at: number;
  readonly who: string;
  readonly direction: "->" | "<-";
  readonly text: string;
}

const MAX_STEPS = 400;

export class Ladder {
  readonly #steps: Step[] = [];
  readonly #start = performance.now();

  add(who: string, direction: "->" | "<-", text: string): void {
    if (this.#steps.length < MAX_STEPS) this.#steps.push({ at: performance.now() - this.#start, who, direction, text });
  }

  /** One line per message: when, which phone, sent (->) or received (<-), start line, CSeq. */
  toString(): string {
    const rows = this.#steps.map(({ at, who, direction, text }) => {
      const cseq = /^CSeq:.*$/im.exec(text)?.[0].trim() ?? "";
      return `${at.toFixed(0).padStart(6)} ms  ${who} ${direction} ${text.split("\r\n", 1)[0]}  [${cseq}]`;
    });
    return rows.join("\n");
  }
}
