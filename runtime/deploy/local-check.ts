/** The checks of an upload without a switch: what a command line on a developer's machine does. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeployError, type Diagnostic } from "../base/errors.ts";
import { silentLog } from "../base/log.ts";
import { randomText } from "../base/random.ts";
import { TimerWheel } from "../base/timer-wheel.ts";
import type { HandlerName } from "../port/script.ts";
import { errorAt, FIRST_PLACE } from "./build/place.ts";
import { Builder, type Source } from "./builder.ts";
import { Inspector } from "./inspector.ts";
import { precheck } from "./precheck.ts";
import { TypeChecker } from "./types/type-checker.ts";
import { findWalls } from "./walls.ts";

export interface LocalCheck {
  /** Empty where it cannot run. */
  readonly handlers: readonly HandlerName[];
  readonly diagnostics: readonly Diagnostic[];
}

export class LocalChecks {
  readonly #types: TypeChecker;
  readonly #inspector: Inspector;

  private constructor(clock: TimerWheel, walls: readonly string[]) {
    this.#types = new TypeChecker(join(tmpdir(), `strowger-types-${randomText(8)}`), clock, silentLog);
    this.#inspector = new Inspector(new Builder(clock, walls), this.#types);
  }

  static async open(): Promise<LocalChecks> {
    return new LocalChecks(new TimerWheel(), await findWalls(silentLog));
  }

  /** Throws only where nothing can be checked at all. */
  async check(name: string, { entry, files }: Source): Promise<LocalCheck> {
    const upload = { entry, files, author: "", typecheck: "error" } as const;
    try {
      precheck(name, upload);
      const { built, diagnostics } = await this.#inspector.inspect(upload);
      return { handlers: built.handlers, diagnostics };
    } catch (error) {
      if (!(error instanceof DeployError)) throw error;
      const told = error.diagnostics.length > 0;
      return {
        handlers: [],
        diagnostics: told ? error.diagnostics : [errorAt(entry, FIRST_PLACE, error.code, error.message)],
      };
    }
  }

  /** Removes what was made for the checks. */
  close(): Promise<void> {
    return this.#types.stop();
  }
}
