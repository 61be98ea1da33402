import { describe, expect, it } from "vitest";
import { DeployError, RequestError } from "../../../runtime/base/errors.ts";
import { MAX_FILES, MAX_SOURCE_BYTES, precheck } from "../../../runtime/deploy/precheck.ts";
import type { Upload } from "../../../runtime/port/deployment.ts";

function upload(files: Record<string, string>, entry = "main.ts"): Upload {
  return { entry, files, author: "ci" };
}

/** What the upload is refused with. */
function problem(files: Record<string, string>, entry?: string): DeployError {
  try {
    precheck("desk", upload(files, entry));
  } catch (error) {
    if (error instanceof DeployError) return error;
  }
  throw new Error("the upload was not refused");
}

describe("pre-checks of an upload", () => {
  it("let a script with folders through", () => {
    precheck("front-desk-2", upload({ "main.ts": "", "lib/day_1/table.v2.js": "", "README.ts": "" }));
  });

  it.each(["", "-a", "A", "a_b", "a.b", "a/b", "..", "a".repeat(64), "ü", "a\n"])("refuse the name %j", (name) => {
    expect(() => precheck(name, upload({ "main.ts": "" }))).toThrow(RequestError);
  });

  it.each([
    "../main.ts",
    "lib/../main.ts",
    "/etc/passwd.ts",
    "./main.ts",
    "lib//main.ts",
    ".hidden.ts",
    "lib/.git/x.ts",
    "main.ts\0.js",
    "main.mts",
    "main.json",
    "main",
    "lib\\main.ts",
    "ünicode.ts",
    "%2e%2e/main.ts",
    "C:/main.ts",
    `${"a".repeat(200)}.ts`,
    "",
  ])("refuse the path %j", (path) => {
    const { code, diagnostics } = problem({ "main.ts": "", [path]: "" });
    expect(code).toBe("script-does-not-compile");
    expect(diagnostics).toMatchObject([{ file: path.slice(0, 200), line: 1, column: 1, code: "invalid-path" }]);
  });

  it("refuse two paths that differ by case alone", () => {
    expect(problem({ "main.ts": "", "lib/A.ts": "", "lib/a.ts": "" }).diagnostics).toMatchObject([
      { file: "lib/a.ts", code: "duplicate-path" },
    ]);
  });

  it("refuse an entry that is not among the files, also the name of an inherited property", () => {
    expect(problem({ "main.ts": "" }, "other.ts").diagnostics).toMatchObject([{ code: "entry-missing" }]);
    expect(problem({ "main.ts": "" }, "constructor").diagnostics).toMatchObject([{ code: "entry-missing" }]);
    expect(problem({}).diagnostics).toMatchObject([{ code: "entry-missing" }]);
  });

  it("refuse half a surrogate pair, and say where it is", () => {
    const { diagnostics } = problem({ "main.ts": "let a = 1;\nlet b = '\ud83d';\n" });
    expect(diagnostics).toMatchObject([{ file: "main.ts", line: 2, column: 10, code: "invalid-unicode" }]);
  });

  it("allow as many files as the limit and no more", () => {
    const files = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}.ts`, ""]));
    precheck("desk", upload(files(MAX_FILES), "f0.ts"));
    expect(problem(files(MAX_FILES + 1), "f0.ts").code).toBe("script-too-large");
    expect(problem(files(10_000), "f0.ts").code).toBe("script-too-large");
  });

  it("count bytes, not characters, of all files together", () => {
    const half = "x".repeat(MAX_SOURCE_BYTES / 2 - 7);
    precheck("desk", upload({ "main.ts": half, "more.ts": half }));
    expect(problem({ "main.ts": half, "more.ts": `${half}€` }).code).toBe("script-too-large");
  });
});
