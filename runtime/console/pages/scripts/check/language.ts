/** What TypeScript knows of a script: what is wrong with it, what could be written here, what a name is. */
import ts from "typescript";
import { Host } from "./host.ts";
import { isImplicitAny, WORK } from "./options.ts";
import type {
  Answers,
  Description,
  Edit,
  Files,
  Finding,
  HoverText,
  Question,
  QuestionType,
  Suggestion,
  SuggestionDetail,
  Suggestions,
} from "./protocol.ts";

const MOST_FINDINGS = 100;
const MOST_SUGGESTIONS = 400;
const MOST_CHARACTERS = 2000;
const PREFERENCES: ts.UserPreferences = {
  includeCompletionsForModuleExports: true,
  includeCompletionsWithInsertText: false,
  importModuleSpecifierEnding: "js",
};
/** The compiler takes whoever misses a name for somebody who wants Node, or a browser. */
const FOREIGN_ADVICE = / Do you need to (?:install type definitions|change your target library).*$/;
const OUR_ADVICE = ' A script has ECMAScript and what "strowger" offers: neither Node nor a browser.';

export class Language {
  readonly #host: Host;
  readonly #service: ts.LanguageService;
  #files: Files = {};

  /** `libraries`: `/lib/lib.*.d.ts` and `/sdk/*.ts`. */
  constructor(libraries: ReadonlyMap<string, string>) {
    this.#host = new Host(libraries);
    this.#service = ts.createLanguageService(this.#host);
  }

  set(files: Files): void {
    this.#files = files;
    this.#host.set(files);
  }

  answer(question: Question): Answers[QuestionType]["answer"] {
    if (question.type === "findings") return this.findings();
    if (!Object.hasOwn(this.#files, question.file)) return null;
    if (question.type === "complete") return this.#complete(question.file, question.at);
    if (question.type === "detail") return this.#detail(question.file, question.at, question.suggestion);
    return this.#hover(question.file, question.at);
  }

  /** Of TypeScript alone: JavaScript is not checked. At most 100. */
  findings(): Finding[] {
    return Object.keys(this.#files)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => {
        const path = WORK + file;
        const all = [...this.#service.getSyntacticDiagnostics(path), ...this.#service.getSemanticDiagnostics(path)];
        return all.map((diagnostic) => findingOf(file, diagnostic));
      })
      .slice(0, MOST_FINDINGS);
  }

  #complete(file: string, at: number): Suggestions | null {
    const found = this.#service.getCompletionsAtPosition(WORK + file, at, PREFERENCES);
    if (found === undefined) return null;
    const items = found.entries
      .filter(({ kind, source }) => kind !== ts.ScriptElementKind.warning && isOffered(source))
      .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
      .slice(0, MOST_SUGGESTIONS)
      .map(({ name, kind, source = null, sortText, data = null }) => ({ label: name, kind, source, sortText, data }));
    const from = found.optionalReplacementSpan?.start ?? wordStart(this.#files[file] ?? "", at);
    return { from, items };
  }

  #detail(file: string, at: number, { label, source, data }: Suggestion): SuggestionDetail | null {
    const entry = data === null ? undefined : (data as ts.CompletionEntryData);
    const path = WORK + file;
    const format = ts.getDefaultFormatCodeSettings("\n");
    const settings = { ...format, indentSize: 2, semicolons: ts.SemicolonPreference.Insert };
    const from = source ?? undefined;
    const detail = this.#service.getCompletionEntryDetails(path, at, label, settings, from, PREFERENCES, entry);
    if (detail === undefined) return null;
    const changes = (detail.codeActions ?? []).flatMap(({ changes }) => changes);
    const edits: Edit[] = changes
      .filter(({ fileName }) => fileName === path)
      .flatMap(({ textChanges }) => textChanges)
      .map(({ span, newText }) => ({ from: span.start, to: span.start + span.length, insert: newText }));
    return { ...described(detail.displayParts, detail.documentation), edits };
  }

  #hover(file: string, at: number): HoverText | null {
    const info = this.#service.getQuickInfoAtPosition(WORK + file, at);
    if (info === undefined) return null;
    const { start, length } = info.textSpan;
    return { from: start, to: start + length, ...described(info.displayParts, info.documentation) };
  }
}

/** Of the sdk what `"strowger"` exports, and not its files. */
function isOffered(source: string | undefined): boolean {
  return source === undefined || source === "strowger" || source.startsWith(".");
}

function findingOf(file: string, diagnostic: ts.Diagnostic): Finding {
  const { start = 0, length = 0, code, category, messageText } = diagnostic;
  const isWarning = category !== ts.DiagnosticCategory.Error || isImplicitAny(code);
  const message = ts.flattenDiagnosticMessageText(messageText, "\n").slice(0, MOST_CHARACTERS);
  return {
    file,
    from: start,
    to: start + length,
    severity: isWarning ? "warning" : "error",
    code: `TS${code}`,
    message: message.replace(FOREIGN_ADVICE, OUR_ADVICE),
  };
}

function described(signature: ts.SymbolDisplayPart[] = [], text: ts.SymbolDisplayPart[] = []): Description {
  return {
    signature: ts.displayPartsToString(signature).slice(0, MOST_CHARACTERS),
    text: ts.displayPartsToString(text).slice(0, MOST_CHARACTERS),
  };
}

function wordStart(text: string, at: number): number {
  let from = at;
  while (from > 0 && /[\w$]/.test(text[from - 1] ?? "")) from--;
  return from;
}
