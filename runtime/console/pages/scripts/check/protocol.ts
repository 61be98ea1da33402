/** What the editor asks the worker that knows the types, and what it gets. Offsets are in UTF-16 units, as in the editor. */

/** Source text by path, as an upload has it. */
export type Files = Readonly<Record<string, string>>;

/** Something that is wrong at a place. */
export interface Finding {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly severity: "error" | "warning";
  /** `TS2322`. */
  readonly code: string;
  readonly message: string;
}

export interface Suggestion {
  readonly label: string;
  /** `function`, `method`, `property`, … as TypeScript names kinds. */
  readonly kind: string;
  /** The module that it would be imported from. */
  readonly source: string | null;
  readonly sortText: string;
  /** What TypeScript wants back to tell more of it. */
  readonly data: unknown;
}

export interface Suggestions {
  /** Where what is typed so far begins. */
  readonly from: number;
  readonly items: readonly Suggestion[];
}

/** A declaration in words. */
export interface Description {
  readonly signature: string;
  readonly text: string;
}

export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

export interface SuggestionDetail extends Description {
  /** Beside the name itself: the import that it needs. */
  readonly edits: readonly Edit[];
}

export interface HoverText extends Description {
  readonly from: number;
  readonly to: number;
}

export interface Answers {
  findings: { readonly question: { readonly type: "findings" }; readonly answer: readonly Finding[] };
  complete: {
    readonly question: { readonly type: "complete"; readonly file: string; readonly at: number };
    readonly answer: Suggestions | null;
  };
  detail: {
    readonly question: {
      readonly type: "detail";
      readonly file: string;
      readonly at: number;
      readonly suggestion: Suggestion;
    };
    readonly answer: SuggestionDetail | null;
  };
  hover: {
    readonly question: { readonly type: "hover"; readonly file: string; readonly at: number };
    readonly answer: HoverText | null;
  };
}

export type QuestionType = keyof Answers;
export type Question = Answers[QuestionType]["question"];

export interface Asked {
  readonly id: number;
  /** All of them, where one has changed since the question before. */
  readonly files: Files | null;
  readonly question: Question;
}

export type Told =
  | { readonly id: number; readonly answer: Answers[QuestionType]["answer"] }
  | { readonly id: number; readonly problem: string };
