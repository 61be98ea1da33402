import { describe, expect, it } from "vitest";
import {
  actionText,
  isNarrowed,
  outcomeText,
  queryOf,
  searchOf,
} from "../../../../runtime/console/pages/audit/search.ts";

const asked = (address: string) => searchOf(new URLSearchParams(address));

describe("A search of the audit log", () => {
  it("is of everything where the address says nothing", () => {
    expect(isNarrowed(asked(""))).toBe(false);
    expect(isNarrowed(asked("actor=olga"))).toBe(true);
  });

  it("counts times as this browser does, and leaves out what is none of what may be asked", () => {
    const query = queryOf(asked("since=2026-11-01T08:00&until=never&outcome=perhaps&target=/v1/routes"));
    expect(query).toMatchObject({
      since: new Date(2026, 10, 1, 8).toISOString(),
      until: "",
      outcome: "",
      target: "/v1/routes",
    });
  });
});

describe("A record of the audit log", () => {
  it("says what was done without saying the path twice", () => {
    expect(actionText({ action: "PUT /v1/routes/{name}" })).toBe("PUT");
    expect(actionText({ action: "auto-rollback" })).toBe("auto-rollback");
  });

  it("says whether it was done, and why not", () => {
    expect(outcomeText({ status: 201, problem: null, result: "/v1/tokens/1" })).toBe("done · /v1/tokens/1");
    expect(outcomeText({ status: 204, problem: null, result: null })).toBe("done");
    expect(outcomeText({ status: 403, problem: "insufficient-scope", result: null })).toBe(
      "refused · 403 insufficient-scope",
    );
  });
});
