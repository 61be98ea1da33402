import { describe, expect, it } from "vitest";
import { matchPath } from "../../../runtime/console/app/match-path.ts";

describe("Paths of the console's pages", () => {
  it.each([
    ["/live", "/live", {}],
    ["/live", "/live/", {}],
    ["/calls/:id", "/calls/a%2Fb%20c", { id: "a/b c" }],
    ["/scripts/:name/files/*", "/scripts/desk/files/lib/hours.ts", { name: "desk", rest: "lib/hours.ts" }],
  ])("%s fits %s", (pattern, path, params) => {
    expect(matchPath(pattern, path)).toEqual(params);
  });

  it.each([
    ["/live", "/lively"],
    ["/live", "/live/more"],
    ["/calls/:id", "/calls/"],
    ["/calls/:id", "/calls/%zz"],
    ["/scripts/:name/files/*", "/scripts/desk/files"],
  ])("%s does not fit %s", (pattern, path) => {
    expect(matchPath(pattern, path)).toBeUndefined();
  });
});
