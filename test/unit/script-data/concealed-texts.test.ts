import { describe, expect, it } from "vitest";
import { parseWith } from "../../../runtime/contract/issue.ts";
import { routeSchema } from "../../../runtime/contract/route.ts";
import { ConcealedTexts } from "../../../runtime/script-data/concealed-texts.ts";

function concealing(...secrets: readonly string[]): (text: string) => string {
  const texts = new ConcealedTexts();
  for (const secret of secrets) texts.conceal("desk", secret);
  return (text) => texts.mask("desk", text);
}

describe("Concealed texts", () => {
  it("are masked wherever they stand, for their script alone", () => {
    const texts = new ConcealedTexts();
    texts.conceal("desk", "hunter22");
    expect(texts.mask("desk", "key hunter22, again hunter22")).toBe("key ***, again ***");
    expect(texts.mask("menu", "key hunter22")).toBe("key hunter22");
  });

  it("are masked as JSON writes them", () => {
    const secret = 'a"b\\c\nd\u0001é';
    expect(concealing(secret)(`said ${JSON.stringify({ key: secret })}`)).toBe('said {"key":"***"}');
  });

  it("are masked where one is a part of another, the longer first", () => {
    expect(concealing("hunter", "hunter22hunter")("hunter22hunter hunter")).toBe("*** ***");
  });

  it("are masked line by line, as those of a key file", () => {
    const mask = concealing("-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----\n");
    expect(mask("line AAAABBBBCCCC")).toBe("line ***");
    expect(mask("-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----")).toBe("***");
  });

  it("are masked where a long line was cut within one", () => {
    const secret = Array.from({ length: 400 }, (_, index) => `part${index}`).join("-");
    const line = `${"x".repeat(500)} ${secret}`.slice(0, 2048);
    expect(concealing(secret)(line)).toBe(`${"x".repeat(500)} ***`);
    expect(concealing(secret)(secret.slice(0, 2048))).toBe("***");
    expect(concealing("other-secret", secret)(line)).toBe(`${"x".repeat(500)} ***`);
  });

  it("are masked where a message of the switch quotes their beginning", () => {
    const secret = `K-${"0123456789".repeat(6)}`;
    const problem = parseWith(routeSchema, { name: "a", script: secret });
    const text = JSON.stringify(problem.ok ? "" : problem.problem);
    expect(text).toContain(secret.slice(0, 30));
    expect(concealing(secret)(text)).not.toContain(secret.slice(0, 30));
  });

  it("leave alone what only looks a little like them", () => {
    expect(concealing("hunter22")("hunter2 and hunt")).toBe("hunter2 and hunt");
    expect(concealing("a\nb\n1234")("a b")).toBe("a b");
  });

  it("are bounded: the oldest are forgotten first, and one that is got again is young", () => {
    const texts = new ConcealedTexts();
    texts.conceal("desk", "old-secret");
    for (let count = 0; count < 1_500; count++) {
      if (count % 500 === 0) texts.conceal("desk", "often-got");
      texts.conceal("desk", `secret-${count}`);
    }
    expect(texts.mask("desk", "old-secret often-got secret-1499")).toBe("old-secret *** ***");
  });
});
