import { describe, expect, it } from "vitest";
import { path, queryText } from "../../../runtime/console/api/path.ts";
import { ApiError, fieldErrors, problemOf } from "../../../runtime/console/api/problem.ts";

describe("Requests of the console", () => {
  it("encode what is put into a path, so that it stays one segment", () => {
    expect(path`/v1/users/${"a/b?c"}/messages/${7}`).toBe("/v1/users/a%2Fb%3Fc/messages/7");
  });

  it("leave out what a query does not ask for", () => {
    expect(queryText({ q: "a b", limit: 10, cursor: null, from: "", to: undefined })).toBe("?q=a+b&limit=10");
    expect(queryText({})).toBe("");
  });
});

describe("Answers that are no success", () => {
  const problem = {
    type: "t",
    title: "T",
    status: 400,
    code: "invalid-request",
    detail: "targets.0: wrong",
    instance: "i",
  };

  it("are told as the switch tells them", () => {
    const errors = [{ path: "targets.0", message: "wrong" }];
    const error = problemOf(400, "application/problem+json", JSON.stringify({ ...problem, errors }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 400, code: "invalid-request", message: "targets.0: wrong", instance: "i" });
    expect(fieldErrors(error)).toEqual(new Map([["targets.0", "wrong"]]));
  });

  it.each([
    ["text/html", "<h1>Bad Gateway</h1>"],
    ["application/json", "{"],
    ["application/json", '{"error":"x"}'],
    [null, ""],
  ])("say that somebody else has answered where it is %s %s", (type, text) => {
    expect(problemOf(502, type, text)).toMatchObject({
      status: 502,
      code: "unexpected",
      message: expect.stringContaining("502"),
    });
  });
});
