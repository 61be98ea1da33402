/**
 * The modules of one isolate. A script reaches its own files by relative paths and `"strowger"`, nothing else; trusted
 * modules reach their neighbours.
 */
import { posix } from "node:path";
import type ivm from "isolated-vm";
import type { ScriptModule } from "../../port/sandbox.ts";

const SCRIPT = "file:///";
const SDK = "strowger:";
const REALM = "host:";
const SDK_NAME = "strowger";
/** How the realm reaches what it shares with scripts: the class of their errors. */
const SHARED = /\/sdk\/(\w+\.[jt]s)$/;

/** Imports the script on behalf of the realm, so that no handle of the script ever reaches the host process. */
const START = 'import script from "script"; import { adopt } from "realm"; adopt(script);';

export interface Sources {
  readonly script: readonly ScriptModule[];
  readonly entry: string;
  readonly sdk: readonly ScriptModule[];
  readonly realm: readonly ScriptModule[];
}

export class Linker {
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  readonly #entry: string;
  readonly #code = new Map<string, string>();
  readonly #modules = new Map<string, ivm.Module>();
  readonly #names = new Map<ivm.Module, string>();

  constructor(isolate: ivm.Isolate, context: ivm.Context, sources: Sources) {
    this.#isolate = isolate;
    this.#context = context;
    this.#entry = sources.entry;
    this.#add(SCRIPT, sources.script);
    this.#add(SDK, sources.sdk);
    this.#add(REALM, sources.realm);
  }

  /** A module of the realm, linked and evaluated. */
  realm(name: "realm" | "web-globals"): ivm.Module {
    const module = this.#module(this.#index(REALM, name));
    module.instantiateSync(this.#context, this.#resolve);
    module.evaluateSync();
    return module;
  }

  /** The module whose evaluation runs the top level of the script and hands its default export to the realm. */
  starter(): ivm.Module {
    const start = this.#isolate.compileModuleSync(START, { filename: "host:start" });
    const script = this.#module(SCRIPT + this.#entry);
    const realm = this.#module(this.#index(REALM, "realm"));
    start.instantiateSync(this.#context, (specifier, referrer) => {
      if (referrer !== start) return this.#resolve(specifier, referrer);
      return specifier === "script" ? script : realm;
    });
    return start;
  }

  #add(scheme: string, modules: readonly ScriptModule[]): void {
    for (const { path, code } of modules) this.#code.set(scheme + path, code);
  }

  /** Run from a build, the trusted modules are JavaScript. */
  #index(scheme: string, name: string): string {
    return this.#code.has(`${scheme}${name}.ts`) ? `${scheme}${name}.ts` : `${scheme}${name}.js`;
  }

  readonly #resolve = (specifier: string, referrer: ivm.Module): ivm.Module => {
    const from = this.#names.get(referrer) ?? "";
    const scheme = [SCRIPT, SDK, REALM].find((known) => from.startsWith(known)) ?? SCRIPT;
    if (scheme === SCRIPT && specifier === SDK_NAME) return this.#module(this.#index(SDK, "index"));
    const shared = scheme === REALM ? SHARED.exec(specifier)?.[1] : undefined;
    if (shared !== undefined) return this.#module(SDK + shared);
    if (!specifier.startsWith("./") && !specifier.startsWith("../")) {
      throw new Error(`Cannot import "${specifier}": a script imports its own files and "${SDK_NAME}"`);
    }
    return this.#module(scheme + posix.join(posix.dirname(from.slice(scheme.length)), specifier));
  };

  #module(name: string): ivm.Module {
    const known = this.#modules.get(name);
    if (known !== undefined) return known;
    const code = this.#code.get(name);
    if (code === undefined) throw new Error(`Cannot find "${name.replace(SCRIPT, "")}" among the files of the script`);
    const module = this.#isolate.compileModuleSync(code, { filename: name });
    this.#modules.set(name, module);
    this.#names.set(module, name);
    return module;
  }
}
