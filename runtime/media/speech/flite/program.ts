/** A WASI program: compiled once, and started as often as it is needed, each time with a memory of its own. */

/** The part of WebAssembly that is used here: neither the library of the language nor Node's types declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => Program;
  readonly Instance: new (program: Program, imports: Record<string, ProgramImports>) => { readonly exports: Exports };
};

interface Exports {
  readonly memory?: ProgramMemory;
  readonly _start?: () => void;
}

/** Opaque: what `compileProgram` gives. */
export interface Program {
  readonly [Symbol.toStringTag]?: string;
}

export interface ProgramMemory {
  /** Another one after the memory has grown. */
  readonly buffer: ArrayBuffer;
}

export type ProgramImports = Readonly<Record<string, (...args: (number | bigint)[]) => number>>;

export interface StartableProgram {
  readonly memory: ProgramMemory;
  readonly start: () => void;
}

/** Throws where the bytes are no program. */
export function compileProgram(bytes: Uint8Array): Program {
  return new WebAssembly.Module(bytes);
}

export function instantiate(program: Program, wasi: ProgramImports): StartableProgram {
  const { memory, _start: start } = new WebAssembly.Instance(program, { wasi_snapshot_preview1: wasi }).exports;
  if (memory === undefined || start === undefined) {
    throw new Error("the file is no WASI program: it exports no memory or no _start");
  }
  return { memory, start };
}
