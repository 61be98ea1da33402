/** Thrown where a build cannot go on: what was uploaded is refused, or has run too long. */
import type { Diagnostic } from "../../base/errors.ts";

export class BuildEnd extends Error {
  readonly type: "refused" | "timeout";
  readonly diagnostics: readonly Diagnostic[];

  constructor(type: "refused" | "timeout", diagnostics: readonly Diagnostic[]) {
    super(type);
    this.type = type;
    this.diagnostics = diagnostics;
  }
}
