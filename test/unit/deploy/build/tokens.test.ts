// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are source texts.
import { describe, expect, it } from "vitest";
import { tokenize } from "../../../../runtime/deploy/build/tokens.ts";

function texts(source: string): string[] {
  return tokenize(source, 100).list.map(({ type, text }) => (type === "punctuator" ? text : `${type}:${text}`));
}

describe("tokens of a source text", () => {
  it("tell names, strings, numbers and punctuators apart and leave out comments", () => {
    expect(texts("#!node\nlet a$ = 'x\\'y'; // no\n/* no\nno */ b(0x1f, 1e-5, .5)")).toEqual([
      "name:let",
      "name:a$",
      "=",
      "string:x\\'y",
      ";",
      "name:b",
      "(",
      "number:0x1f",
      ",",
      "number:1e-5",
      ",",
      "number:.5",
      ")",
    ]);
  });

  it.each([
    ["a / b / c", ["name:a", "/", "name:b", "/", "name:c"]],
    ["x = /a'b/g", ["name:x", "=", "regex:/a'b/g"]],
    ["x = /[/'\"]/", ["name:x", "=", "regex:/[/'\"]/"]],
    ["return /'/", ["name:return", "regex:/'/"]],
    ["f(1) / 2 / 3", ["name:f", "(", "number:1", ")", "/", "number:2", "/", "number:3"]],
    ["if (a) /'/.test(b)", ["name:if", "(", "name:a", ")", "regex:/'/", ".", "name:test", "(", "name:b", ")"]],
    ["a[0] / b", ["name:a", "[", "number:0", "]", "/", "name:b"]],
    ["`${/'/}` / b", ["template:", "regex:/'/", "template:", "/", "name:b"]],
  ])("tell a regular expression from a division: %s", (source, expected) => {
    expect(texts(source)).toEqual(expected);
  });

  it("follow templates with holes, also nested ones", () => {
    expect(texts("`a${b + `c${d}e`}f`;x")).toEqual([
      "template:a",
      "name:b",
      "+",
      "template:c",
      "name:d",
      "template:e",
      "template:f",
      ";",
      "name:x",
    ]);
  });

  it("count the brackets around each token", () => {
    const depths = tokenize("a({ b: [c] }, `${d}`)", 100).list.map(({ text, depth }) => `${text}${depth}`);
    expect(depths).toEqual(["a0", "(0", "{1", "b2", ":2", "[2", "c3", "]2", "}1", ",1", "1", "d2", "1", ")0"]);
  });

  it("keep the place of each token", () => {
    const source = "import 'a'; /x/ ; `t` ; é";
    for (const token of tokenize(source, 10).list) {
      const quoted = token.type === "string" || token.type === "template" ? 1 : 0;
      expect(source.startsWith(token.text, token.start + quoted)).toBe(true);
    }
  });

  it.each(["'", '"', "`", "`${", "/", "/*", "\\", "'\n'", "}", ")]}", "`${`", "\ud83d", "#", "1."])(
    "come to an end for %j",
    (source) => {
      expect(() => tokenize(source, 10)).not.toThrow();
      expect(() => tokenize(source.repeat(1000), 10)).not.toThrow();
    },
  );
});

describe("nesting of a source text", () => {
  it.each(["(", "[", "{", "`${", "!", "~", "- ", "typeof ", "await ", "new "])(
    "is found too deep for many %j",
    (piece) => {
      expect(tokenize(piece.repeat(500), 500).tooDeepAt).toBeNull();
      expect(tokenize(piece.repeat(501), 500).tooDeepAt).toBe(piece.length * 500);
    },
  );

  it("does not count what is closed again, nor what stands in strings and comments", () => {
    expect(tokenize("([{}])".repeat(5000), 500).tooDeepAt).toBeNull();
    expect(
      tokenize(`'${"(".repeat(5000)}' /* ${"[".repeat(5000)} */ // ${"{".repeat(5000)}`, 500).tooDeepAt,
    ).toBeNull();
    expect(tokenize("!a;".repeat(5000), 500).tooDeepAt).toBeNull();
  });

  it("takes a megabyte of anything in a moment", () => {
    for (const piece of ["(", "a ", "'", "/", "`${", "}", "\\", "/*", "0", "é"]) {
      const start = performance.now();
      tokenize(piece.repeat(1_000_000 / piece.length), 500);
      expect(performance.now() - start).toBeLessThan(2_000);
    }
  });
});
