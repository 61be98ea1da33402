import { describe, expect, it } from "vitest";
import { checkPreconditions, etagOf, isUnchanged, requireIfMatch } from "../../../runtime/http/etag.ts";

const resource = { name: "alice" };
const etag = etagOf(JSON.stringify(resource));

describe("preconditions of a write (RFC 9110 §13.1)", () => {
  it.each([
    ["nothing said", {}, resource],
    ["nothing said, nothing there", {}, undefined],
    ["If-Match with its tag", { "if-match": etag }, resource],
    ["If-Match with its tag among others", { "if-match": `"x", ${etag}` }, resource],
    ["If-Match: * on what is there", { "if-match": "*" }, resource],
    ["If-None-Match: * on what is not there", { "if-none-match": "*" }, undefined],
    ["If-None-Match with another tag", { "if-none-match": '"x"' }, resource],
  ])("hold: %s", (_title, headers, current) => {
    expect(() => checkPreconditions(headers, current)).not.toThrow();
  });

  it.each([
    ["If-Match with another tag", { "if-match": '"x"' }, resource],
    ["If-Match with a weak tag", { "if-match": `W/${etag}` }, resource],
    ["If-Match: * on what is not there", { "if-match": "*" }, undefined],
    ["If-None-Match: * on what is there", { "if-none-match": "*" }, resource],
    ["If-None-Match with its tag", { "if-none-match": etag }, resource],
  ])("fail: %s", (_title, headers, current) => {
    expect(() => checkPreconditions(headers, current)).toThrow(
      expect.objectContaining({ code: "precondition-failed" }),
    );
  });

  it("demand the number of a deployment, or a star", () => {
    expect(requireIfMatch({ "if-match": '"7"' })).toBe(7);
    expect(requireIfMatch({ "if-match": "*" })).toBeUndefined();
    expect(() => requireIfMatch({})).toThrow(expect.objectContaining({ code: "precondition-required" }));
    expect(() => requireIfMatch({ "if-match": "7" })).toThrow(expect.objectContaining({ code: "precondition-failed" }));
  });
});

describe("reading what may not have changed", () => {
  it("compares weakly, and among several tags", () => {
    expect(isUnchanged({ "if-none-match": `W/${etag}` }, etag)).toBe(true);
    expect(isUnchanged({ "if-none-match": `"x" , ${etag}` }, etag)).toBe(true);
    expect(isUnchanged({ "if-none-match": '"x"' }, etag)).toBe(false);
    expect(isUnchanged({}, etag)).toBe(false);
  });
});
