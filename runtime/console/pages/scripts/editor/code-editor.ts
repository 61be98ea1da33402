/** The editor of a script's files: each has a state of its own, with its history and its place. No part of the page waits for it. */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { styleNonce } from "../../../app/style-nonce.ts";
import { Checker } from "../check/checker.ts";
import type { Files, Finding } from "../check/protocol.ts";
import { completion } from "./completion.ts";
import { descriptionElement } from "./description.ts";
import { theme } from "./theme.ts";

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly isReadOnly: boolean;
  /** All files as they are now, the same object as long as nothing has changed. */
  files(): Files;
  onChange(file: string, text: string): void;
}

export class CodeEditor {
  readonly checker: Checker;
  readonly #options: EditorOptions;
  readonly #view: EditorView;
  readonly #states = new Map<string, EditorState>();
  #file = "";

  constructor(options: EditorOptions) {
    this.#options = options;
    this.checker = new Checker(options.files);
    // The styles are put into the page at once, so that the nonce must be known from the beginning.
    this.#view = new EditorView({ parent: options.parent, extensions: EditorView.cspNonce.of(styleNonce()) });
  }

  /** Shows a file; the one before keeps its place and its history. */
  open(file: string): void {
    const text = this.#options.files()[file] ?? "";
    if (this.#file === file) return;
    if (this.#file !== "") this.#states.set(this.#file, this.#view.state);
    this.#file = file;
    const kept = this.#states.get(file);
    this.#view.setState(kept?.doc.toString() === text ? kept : this.#stateOf(file, text));
  }

  /** Other text than what was typed here: a version, or the draft thrown away. */
  reset(file: string): void {
    this.#states.clear();
    this.#file = "";
    this.open(file);
  }

  show(findings: readonly Finding[]): void {
    const { doc } = this.#view.state;
    const own = findings.filter(({ file }) => file === this.#file);
    const shown = own.map(({ from, to, severity, message, code }): Diagnostic => {
      const start = Math.min(from, doc.length);
      return { from: start, to: Math.min(Math.max(to, start), doc.length), severity, message, source: code };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, shown));
  }

  /** Brings an offset into sight, with the cursor on it. */
  goTo(at: number): void {
    const anchor = Math.min(at, this.#view.state.doc.length);
    this.#view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.#view.focus();
  }

  stop(): void {
    this.#view.destroy();
    this.checker.stop();
  }

  #stateOf(file: string, text: string): EditorState {
    return EditorState.create({ doc: text, extensions: this.#extensions(file) });
  }

  #extensions(file: string): Extension {
    const { isReadOnly, onChange } = this.#options;
    return [
      EditorView.cspNonce.of(styleNonce()),
      EditorState.readOnly.of(isReadOnly),
      EditorState.tabSize.of(2),
      indentUnit.of("  "),
      EditorView.contentAttributes.of({ "aria-label": `Source of ${file}`, spellcheck: "false", tabindex: "0" }),
      lintGutter(),
      lineNumbers(),
      foldGutter(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches(),
      search({ top: true }),
      javascript({ typescript: !file.endsWith(".js") }),
      completion(this.checker, () => file),
      hoverTooltip((_view, at) => this.#hover(file, at)),
      keymap.of([
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...lintKeymap,
        ...foldKeymap,
        ...historyKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
      theme,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(file, update.state.doc.toString());
      }),
    ];
  }

  async #hover(file: string, at: number): Promise<Tooltip | null> {
    const found = await this.checker.ask({ type: "hover", file, at });
    if (found === null) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: descriptionElement(found) }) };
  }
}
