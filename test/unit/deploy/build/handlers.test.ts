import { describe, expect, it } from "vitest";
import { checkHandlers, parseDefaultExport } from "../../../../runtime/deploy/build/handlers.ts";
import { tokenize } from "../../../../runtime/deploy/build/tokens.ts";

function check(source: string, properties: Record<string, string>) {
  const list = Object.entries(properties).map(([name, type]) => ({ name, type }));
  const entry = { file: "main.ts", source, tokens: tokenize(source, 100).list };
  const found = checkHandlers(entry, { type: "object", properties: list });
  return found.map((one) => (typeof one === "string" ? one : `${one.line}:${one.column} ${one.code}: ${one.message}`));
}

describe("handlers of a script", () => {
  it("are the functions of the default export that are named like events", () => {
    expect(check("", { invite: "function", bye: "function" })).toEqual(["invite", "bye"]);
  });

  it.each([
    ["export default { inivte() {} }", "inivte", "1:18"],
    ["export default {\n  async inivte(call) {},\n}", "inivte", "2:9"],
    ["const x = { inivte: 1 };\nexport default { a: { inivte() {} }, inivte: f }", "inivte", "2:38"],
    ["const s = {\n  inivte: f,\n};\nexport default s;", "inivte", "2:3"],
    ["export default { 'on call': f }", "on call", "1:18"],
    ["const s = {};\ns.inivte = f;\nexport default s;", "inivte", "2:3"],
    ["export default Object.fromEntries(x)", "inivte", "1:1"],
  ])("that name no event are refused where they stand: %j", (source, name, place) => {
    const [problem] = check(source, { [name]: "function" });
    expect(problem).toMatch(new RegExp(`^${place} unknown-handler: `));
  });

  it("that name no event are told which was probably meant", () => {
    expect(check("", { inivte: "function" })[0]).toContain('did you mean "invite"?');
    expect(check("", { zzzzzzzz: "function" })[0]).toContain("there are invite, ringing");
  });

  it.each([
    ["number", "of type number"],
    ["undefined", "undefined"],
    ["accessor", "an accessor"],
  ])("that are %s are refused", (type, text) => {
    expect(check("export default { invite: x }", { invite: type })).toEqual([
      `1:18 handler-not-a-function: the handler "invite" is ${text}, not a function`,
    ]);
  });

  it("are looked for in an object alone", () => {
    const entry = { file: "main.ts", source: "\nexport default 7", tokens: tokenize("\nexport default 7", 9).list };
    expect(checkHandlers(entry, { type: "number", properties: [] })).toMatchObject([
      { line: 2, column: 1, code: "no-handlers" },
    ]);
    expect(checkHandlers(entry, { type: "missing", properties: [] })).toMatchObject([{ code: "no-default-export" }]);
    expect(checkHandlers(entry, { type: "object", properties: [] })).toMatchObject([{ code: "no-handlers" }]);
  });

  it.each(["null", "7", '{"properties":{"length":1}}', '{"type":{},"properties":[null,7,{}]}'])(
    "survive the report %s",
    (json) => {
      expect(() => parseDefaultExport(json)).not.toThrow();
    },
  );
});
