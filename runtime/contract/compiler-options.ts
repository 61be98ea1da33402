/**
 * How the types of a script are checked, wherever that is done: strict, and only syntax that Node can strip (`import type`
 * for types). As in a tsconfig.
 */
export const SCRIPT_COMPILER_OPTIONS = {
  target: "es2024",
  lib: ["es2025"],
  types: [],
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
} as const;
