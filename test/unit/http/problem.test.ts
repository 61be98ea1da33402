import { describe, expect, it } from "vitest";
import { DeployError, InvariantError, RequestError } from "../../../runtime/base/errors.ts";
import { RequestProblem, toProblem } from "../../../runtime/http/problem.ts";

describe("problem documents (RFC 9457)", () => {
  it("say what an error of the deployer is, with its places", () => {
    const diagnostic = { file: "a.ts", line: 1, column: 2, code: "x", severity: "error", message: "no" } as const;
    const { problem } = toProblem(new DeployError("validation-crash", "It crashed.", [diagnostic]), "urn:x");
    expect(problem).toEqual({
      type: "urn:strowger:problem:validation-crash",
      title: "The script crashed while it was checked",
      status: 422,
      code: "validation-crash",
      detail: "It crashed.",
      instance: "urn:x",
      errors: [diagnostic],
    });
  });

  it.each([
    [new InvariantError("leg-7 is lost")],
    [new TypeError("x is not a function")],
    ["a string that was thrown"],
    [undefined],
  ])("say nothing of our insides: %s", (error) => {
    const { problem } = toProblem(error, "urn:x");
    expect(problem).toMatchObject({ status: 500, code: "internal-error" });
    expect(problem.detail).toMatch(/^This is a fault of the switch/);
  });

  it("hold no more than a hundred errors", () => {
    const errors = Array.from({ length: 500 }, (_, index) => ({ path: String(index), message: "no" }));
    expect(toProblem(new RequestProblem("invalid-request", "x", { errors }), "urn:x").problem.errors).toHaveLength(100);
  });

  it("have a status for what the caller must change", () => {
    const codes = [
      "not-found",
      "conflict",
      "precondition-failed",
      "precondition-required",
      "managed-by-config",
    ] as const;
    const statuses = codes.map((code) => toProblem(new RequestError(code, "x"), "urn:x").problem.status);
    expect(statuses).toEqual([404, 409, 412, 428, 409]);
  });
});
