import ts from "typescript";
import { expect, it } from "vitest";
import { OPTIONS } from "../../../../runtime/console/pages/scripts/check/options.ts";
import { SCRIPT_COMPILER_OPTIONS } from "../../../../runtime/contract/compiler-options.ts";

it("checks a draft in the browser as the switch checks the upload", () => {
  const { options, errors } = ts.convertCompilerOptionsFromJson({ ...SCRIPT_COMPILER_OPTIONS, allowJs: true }, "/");
  expect(errors).toEqual([]);
  expect({ ...OPTIONS, paths: undefined }).toEqual({ ...options, paths: undefined });
});
