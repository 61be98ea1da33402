/**
 * The trial load: compiles, links and runs the modules in an isolate as the sandbox will, one by one in the order of
 * their evaluation, so that a loop or an error names its file. It happens in a process of its own: some code ends the
 * process, and neither timeout nor memory limit of an isolate stops all that can run at the top level of a module.
 */
import ivm from "isolated-vm";
import type { Diagnostic } from "../../base/errors.ts";
import type { ScriptModule } from "../../port/sandbox.ts";
import { BuildEnd } from "./build-end.ts";
import { type Import, resolvePath, SDK_NAME } from "./imports.ts";
import { errorAt, FIRST_PLACE, type Place, placeOf } from "./place.ts";
import { REALM } from "./realm.ts";

/** What the top level of a script may take, all modules together: as in the sandbox. */
export const LOAD_MS = 200;

const SCRIPT = "file:///";
const SDK = "strowger:";
const WEB = "web:";
const SYNTAX_PLACE = / \[file:\/\/\/.*?:(\d+):(\d+)\]$/;
const FRAME = /file:\/\/\/([\w./-]+):(\d+):(\d+)/g;
const MISSING_EXPORT = /^The requested module '(.*)' does not provide an export named '(.*)'$/;

/** Modules that are not the script's. */
export interface Trusted {
  /** What scripts import as "strowger". */
  readonly sdk: readonly ScriptModule[];
  /** Globals from the web, beginning with `web`. */
  readonly web: readonly ScriptModule[];
}

export class Trial {
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  readonly #inspect: ivm.Reference;
  readonly #modules = new Map<string, ivm.Module>();
  readonly #names = new Map<ivm.Module, string>();
  #spentMs = 0;

  constructor({ sdk, web }: Trusted, memoryMB: number, env: Readonly<Record<string, string>>) {
    this.#isolate = new ivm.Isolate({ memoryLimit: memoryMB });
    this.#context = this.#isolate.createContextSync();
    this.#inspect = this.#context.evalClosureSync(REALM, [JSON.stringify(env)], {
      result: { reference: true },
    }) as ivm.Reference;
    for (const { path, code } of sdk) this.#add(SDK + path, code);
    for (const { path, code } of web) this.#add(WEB + path, code);
    const globals = this.#index(WEB, "web");
    globals.instantiateSync(this.#context, this.#resolve);
    globals.evaluateSync();
  }

  /** What the module imports, or what V8 says against it. */
  compile(file: string, code: string): readonly string[] | Diagnostic {
    try {
      return this.#add(SCRIPT + file, code).dependencySpecifiers;
    } catch (error) {
      const message = String((error as Error).message);
      const [, line, column] = SYNTAX_PLACE.exec(message) ?? [];
      const place = line === undefined ? FIRST_PLACE : { line: Number(line), column: Number(column) };
      return errorAt(file, place, "invalid-syntax", message.replace(SYNTAX_PLACE, ""));
    }
  }

  /** Links a module, and what it imports, with each other. */
  link(file: string, source: string, imports: readonly Import[]): void {
    try {
      this.#module(SCRIPT + file).instantiateSync(this.#context, this.#resolve);
    } catch (error) {
      throw new BuildEnd("refused", [toLinkError(file, source, imports, String((error as Error).message))]);
    }
  }

  load(file: string, files: ReadonlySet<string>): void {
    this.#timed(file, files, (timeout) => this.#module(SCRIPT + file).evaluateSync({ timeout }));
  }

  /** The report on the default export of the entry, as JSON. */
  inspect(entry: string, files: ReadonlySet<string>): unknown {
    const { namespace } = this.#module(SCRIPT + entry);
    return this.#timed(entry, files, (timeout) =>
      this.#inspect.applySync(undefined, [namespace.derefInto()], { timeout }),
    );
  }

  #timed<Value>(file: string, files: ReadonlySet<string>, run: (timeout: number) => Value): Value {
    const start = performance.now();
    try {
      return run(Math.max(1, Math.ceil(LOAD_MS - this.#spentMs)));
    } catch (error) {
      throw this.#toEnd(file, files, error);
    } finally {
      this.#spentMs += performance.now() - start;
    }
  }

  #toEnd(file: string, files: ReadonlySet<string>, error: unknown): BuildEnd {
    // Anything may have been thrown, also what is no error.
    const { message, stack } = (typeof error === "object" && error !== null ? error : {}) as Partial<Error>;
    const text = String(message ?? error);
    const where = frameOf(files, String(stack ?? "")) ?? { file, ...FIRST_PLACE };
    if (this.#isolate.isDisposed) {
      const problem = "the top level of the module needs more memory than a script may have";
      return new BuildEnd("refused", [errorAt(file, FIRST_PLACE, "memory-limit", problem)]);
    }
    if (text === "Script execution timed out.") {
      const problem = `the top level of the script ran for more than ${LOAD_MS} ms; move the work into a handler`;
      return new BuildEnd("timeout", [errorAt(where.file, where, "load-timeout", problem)]);
    }
    return new BuildEnd("refused", [
      errorAt(where.file, where, "load-error", `the script throws when it is loaded: ${text}`),
    ]);
  }

  #add(name: string, code: string): ivm.Module {
    const module = this.#isolate.compileModuleSync(code, { filename: name });
    this.#modules.set(name, module);
    this.#names.set(module, name);
    return module;
  }

  /** Run from a build, the trusted modules are JavaScript. */
  #index(scheme: string, name: string): ivm.Module {
    return this.#modules.get(`${scheme}${name}.ts`) ?? this.#module(`${scheme}${name}.js`);
  }

  #module(name: string): ivm.Module {
    const module = this.#modules.get(name);
    if (module === undefined) throw new Error(`no module ${name}`);
    return module;
  }

  readonly #resolve = (specifier: string, referrer: ivm.Module): ivm.Module => {
    const from = this.#names.get(referrer) ?? "";
    const scheme = [SDK, WEB].find((known) => from.startsWith(known)) ?? SCRIPT;
    if (scheme === SCRIPT && specifier === SDK_NAME) return this.#index(SDK, "index");
    return this.#module(scheme + resolvePath(from.slice(scheme.length), specifier));
  };
}

function toLinkError(file: string, source: string, imports: readonly Import[], message: string): Diagnostic {
  const [, specifier, name] = MISSING_EXPORT.exec(message) ?? [];
  const found = imports.filter((candidate) => candidate.specifier === specifier);
  const token = found.flatMap((candidate) => candidate.names).find((candidate) => candidate.text === name);
  const start = token?.start ?? found[0]?.start;
  const place = start === undefined ? FIRST_PLACE : placeOf(source, start);
  const text =
    name === undefined
      ? message
      : `"${specifier}" exports no ${JSON.stringify(name)}; if it is a type, write \`import type\` or \`type ${name}\``;
  return errorAt(file, place, "export-missing", text);
}

/** The innermost frame in a file of the upload. */
function frameOf(files: ReadonlySet<string>, stack: string): ({ readonly file: string } & Place) | null {
  for (const [, file, line, column] of stack.matchAll(FRAME)) {
    if (file !== undefined && files.has(file)) return { file, line: Number(line), column: Number(column) };
  }
  return null;
}
