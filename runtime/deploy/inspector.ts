/** Everything that an upload is checked for before it becomes a version: that it can run, then its types. */
import type { Diagnostic } from "../base/errors.ts";
import type { Upload } from "../port/deployment.ts";
import type { Builder, Built } from "./builder.ts";
import { refusal } from "./precheck.ts";
import type { TypeChecker } from "./types/type-checker.ts";

export interface Inspected {
  readonly built: Built;
  /** What is wrong with its types, and does not keep it from running. */
  readonly diagnostics: readonly Diagnostic[];
}

export class Inspector {
  readonly #builder: Builder;
  readonly #types: TypeChecker;

  constructor(builder: Builder, types: TypeChecker) {
    this.#builder = builder;
    this.#types = types;
  }

  /** Throws `DeployError` for what cannot run, and where the upload asks for it also for what has wrong types. */
  async inspect(upload: Upload): Promise<Inspected> {
    const built = await this.#builder.check(upload);
    return { built, diagnostics: await this.types(upload) };
  }

  async types(upload: Upload): Promise<readonly Diagnostic[]> {
    const { typecheck = "warn" } = upload;
    if (typecheck === "off") return [];
    const found = await this.#types.check(upload);
    if (typecheck === "warn") return found.map((diagnostic) => ({ ...diagnostic, severity: "warning" }));
    const errors = found.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return found;
    throw refusal([...errors, ...found.filter(({ severity }) => severity !== "error")]);
  }
}
