/** How drafts are checked: as the switch checks uploads (`runtime/contract/compiler-options.ts`). */
import ts from "typescript";

export const WORK = "/draft/";

export const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2025.d.ts"],
  types: [],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowJs: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  paths: { strowger: ["/sdk/index.ts"] },
};

/** A type that nobody has written and that cannot be told: it may be right. */
export function isImplicitAny(code: number): boolean {
  return code >= 7000 && code < 8000;
}
