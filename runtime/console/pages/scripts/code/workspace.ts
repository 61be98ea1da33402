/** The files of a script as somebody has them before them: what they began with, what has become of it, and what is wrong. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Files, Finding } from "../check/protocol.ts";
import { type Draft, type Drafts, forgetDraft, isSameSource, keepDraft } from "./drafts.ts";
import { together } from "./findings.ts";
import { placeOf } from "./place.ts";

export interface Base {
  /** `null`: a script that is new. */
  readonly version: number | null;
  readonly etag: string | null;
  readonly entry: string;
  readonly files: Files;
}

export interface WorkspaceOptions {
  readonly script: string;
  readonly isReadOnly: boolean;
  readonly base: Base;
  readonly draft: Draft | null;
  readonly drafts: Drafts;
}

/** Where a cursor is wanted; each wish is an object of its own, so that the same place can be wished for twice. */
export interface Jump {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export class Workspace {
  readonly script: string;
  readonly isReadOnly: boolean;
  readonly base: Signal<Base>;
  readonly entry: Signal<string>;
  readonly files: Signal<Files>;
  readonly active: Signal<string>;
  /** Counts up where the files are others than what was typed: the editor takes them anew. */
  readonly generation = signal(0);
  readonly typeFindings = signal<readonly Finding[]>([]);
  readonly switchFindings = signal<readonly Finding[]>([]);
  readonly findings: ReadonlySignal<readonly Finding[]>;
  /** Whether it is other text than what it began with. */
  readonly isChanged: ReadonlySignal<boolean>;
  /** Whether there is something to be stored: what has changed, or a script that is new. */
  readonly isDirty: ReadonlySignal<boolean>;
  /** Whether TypeScript has told of the types yet, or cannot. */
  readonly types = signal<"awaited" | "known" | "unknown">("awaited");
  /** `false`: this browser keeps no draft. */
  readonly isKept = signal(true);
  readonly jump = signal<Jump | null>(null);
  readonly #drafts: Drafts;

  constructor({ script, isReadOnly, base, draft, drafts }: WorkspaceOptions) {
    this.script = script;
    this.isReadOnly = isReadOnly;
    this.#drafts = drafts;
    this.base = signal(draft === null ? base : { ...base, etag: draft.etag });
    this.entry = signal(draft?.entry ?? base.entry);
    this.files = signal(draft?.files ?? base.files);
    this.active = signal(this.entry.value);
    this.findings = computed(() => together(this.typeFindings.value, this.switchFindings.value));
    this.isChanged = computed(() => !isSameSource(this.base.value, this.source));
    this.isDirty = computed(() => this.base.value.version === null || this.isChanged.value);
  }

  get source(): { readonly entry: string; readonly files: Files } {
    return { entry: this.entry.value, files: this.files.value };
  }

  edit(file: string, text: string): void {
    if (this.isReadOnly || this.files.value[file] === text) return;
    this.files.value = { ...this.files.value, [file]: text };
    this.switchFindings.value = [];
    this.#keep();
  }

  add(file: string): void {
    this.files.value = { ...this.files.value, [file]: "" };
    this.active.value = file;
    this.#keep();
  }

  rename(from: string, to: string): void {
    const entries = Object.entries(this.files.value).map(([name, text]) => [name === from ? to : name, text] as const);
    this.files.value = Object.fromEntries(entries);
    if (this.entry.value === from) this.entry.value = to;
    if (this.active.value === from) this.active.value = to;
    this.#keep();
  }

  remove(file: string): void {
    const { [file]: _, ...rest } = this.files.value;
    this.files.value = rest;
    if (this.active.value === file) this.active.value = this.entry.value;
    this.#keep();
  }

  /** The one that the switch begins with. */
  begin(file: string): void {
    this.entry.value = file;
    this.#keep();
  }

  /** Back to what it began with. */
  discard(): void {
    forgetDraft(this.#drafts, this.script);
    this.#take(this.base.value);
  }

  /** From another version on; a draft is gone. */
  restart(base: Base): void {
    forgetDraft(this.#drafts, this.script);
    this.base.value = base;
    this.#take(base);
  }

  /** What is here has been stored: it is what one goes on with, and no draft any more unless it was changed meanwhile. */
  stored(version: number, etag: string | null, source: { readonly entry: string; readonly files: Files }): void {
    this.base.value = { version, etag, ...source };
    this.#keep();
  }

  /** What was deployed in between is known and shall be replaced, or was one's own doing. */
  seen(etag: string | null): void {
    this.base.value = { ...this.base.value, etag };
    this.#keep();
  }

  /** Brings a place into sight, where there is such a file. */
  goTo(jump: Jump): boolean {
    if (!Object.hasOwn(this.files.value, jump.file)) return false;
    this.active.value = jump.file;
    this.jump.value = { ...jump };
    return true;
  }

  goToOffset(file: string, offset: number): boolean {
    return this.goTo({ file, ...placeOf(this.files.value[file] ?? "", offset) });
  }

  #take({ entry, files }: Base): void {
    this.entry.value = entry;
    this.files.value = files;
    this.switchFindings.value = [];
    if (!Object.hasOwn(files, this.active.value)) this.active.value = entry;
    this.generation.value++;
  }

  #keep(): void {
    if (!this.isChanged.value) {
      forgetDraft(this.#drafts, this.script);
      return;
    }
    const { version: base, etag } = this.base.value;
    this.isKept.value = keepDraft(this.#drafts, this.script, { base, etag, ...this.source });
  }
}
