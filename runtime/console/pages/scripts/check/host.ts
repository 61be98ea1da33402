/** A file system of strings for the TypeScript compiler: the script in `/work`, the sdk and the libraries beside it. */
import ts from "typescript";
import { OPTIONS, WORK } from "./options.ts";
import type { Files } from "./protocol.ts";

export class Host implements ts.LanguageServiceHost {
  readonly #libraries: ReadonlyMap<string, string>;
  readonly #snapshots = new Map<string, ts.IScriptSnapshot>();
  #files: ReadonlyMap<string, { readonly text: string; readonly version: number }> = new Map();
  #version = 0;

  constructor(libraries: ReadonlyMap<string, string>) {
    this.#libraries = libraries;
  }

  /** All files of the script as they are now. */
  set(files: Files): void {
    const before = this.#files;
    this.#version++;
    this.#files = new Map(
      Object.entries(files).map(([path, text]) => {
        const old = before.get(WORK + path);
        return [WORK + path, old?.text === text ? old : { text, version: this.#version }];
      }),
    );
  }

  getCompilationSettings = (): ts.CompilerOptions => OPTIONS;
  getScriptFileNames = (): string[] => ["/sdk/globals.d.ts", ...this.#files.keys()];
  getScriptVersion = (path: string): string => String(this.#files.get(path)?.version ?? 0);
  getProjectVersion = (): string => String(this.#version);
  getCurrentDirectory = (): string => WORK.slice(0, -1);
  getDefaultLibFileName = (): string => "/lib/lib.es2025.d.ts";
  useCaseSensitiveFileNames = (): boolean => true;
  fileExists = (path: string): boolean => this.readFile(path) !== undefined;
  readFile = (path: string): string | undefined => this.#files.get(path)?.text ?? this.#libraries.get(path);
  directoryExists = (folder: string): boolean => {
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    return [...this.#files.keys(), ...this.#libraries.keys()].some((path) => path.startsWith(prefix));
  };

  getScriptSnapshot = (path: string): ts.IScriptSnapshot | undefined => {
    const text = this.readFile(path);
    if (text === undefined) return undefined;
    if (this.#files.has(path)) return ts.ScriptSnapshot.fromString(text);
    const kept = this.#snapshots.get(path) ?? ts.ScriptSnapshot.fromString(text);
    this.#snapshots.set(path, kept);
    return kept;
  };
}
