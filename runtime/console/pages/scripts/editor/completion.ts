/** What could be written here, as TypeScript says; a name of the sdk brings its import along. */
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  insertCompletionText,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Checker } from "../check/checker.ts";
import type { Suggestion } from "../check/protocol.ts";
import { descriptionElement } from "./description.ts";

const KINDS: Readonly<Record<string, string>> = {
  method: "method",
  property: "property",
  getter: "property",
  function: "function",
  "local function": "function",
  class: "class",
  interface: "interface",
  type: "type",
  enum: "enum",
  const: "constant",
  keyword: "keyword",
  module: "namespace",
  string: "text",
};

export function completion(checker: Checker, currentFile: () => string): Extension {
  return autocompletion({ override: [(context) => suggest(checker, currentFile(), context)], icons: false });
}

async function suggest(checker: Checker, file: string, context: CompletionContext): Promise<CompletionResult | null> {
  const isWanted = context.explicit || context.matchBefore(/[\w$]+$|[.'"/@]$/) !== null;
  if (!isWanted) return null;
  const found = await checker.ask({ type: "complete", file, at: context.pos });
  if (found === null || context.aborted) return null;
  const options = found.items.map((item, index) => optionOf(checker, file, context.pos, item, index));
  return { from: found.from, options, validFor: /^[\w$]*$/ };
}

function optionOf(checker: Checker, file: string, at: number, suggestion: Suggestion, index: number): Completion {
  const { label, kind, source } = suggestion;
  return {
    label,
    type: KINDS[kind] ?? "variable",
    detail: source === null ? kind : `from "${source}"`,
    boost: Math.max(-99, 50 - index / 4),
    info: async () => {
      const detail = await checker.ask({ type: "detail", file, at, suggestion });
      return detail === null ? null : descriptionElement(detail);
    },
    ...(source === null ? {} : { apply: applyWithImport(checker, file, at, suggestion) }),
  };
}

/** The name at once, its import once it is known where it goes. */
function applyWithImport(checker: Checker, file: string, at: number, suggestion: Suggestion) {
  return (view: EditorView, _completion: Completion, from: number, to: number): void => {
    const detail = checker.ask({ type: "detail", file, at, suggestion });
    view.dispatch(insertCompletionText(view.state, suggestion.label, from, to));
    const written = view.state.doc;
    void detail.then((found) => {
      // What was typed meanwhile has moved the places.
      if (found === null || view.state.doc !== written) return;
      view.dispatch({ changes: found.edits.filter((edit) => edit.to <= from) });
    });
  };
}
