import { describe, expect, it } from "vitest";
import { type Hop, isRedirect, nextHop } from "../../../runtime/fetch/redirect.ts";
import { parseTarget, type Target } from "../../../runtime/fetch/target.ts";

function target(url: string): Target {
  const parsed = parseTarget(url);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

const body = Buffer.from("a=b");
const headers = {
  accept: ["*/*"],
  authorization: ["Bearer s3cret"],
  cookie: ["sid=1"],
  "content-type": ["text/plain"],
};

function hop(method: string, url = "https://a.example/x/y?z"): Hop {
  return { target: target(url), method, headers, body: method === "POST" || method === "PUT" ? body : null, count: 0 };
}

function next(from: Hop, status: number, location: string): Hop {
  const followed = nextHop(from, status, location);
  if (!followed.ok) throw new Error(followed.problem.message);
  return followed.value;
}

describe("A redirect", () => {
  it("is one of five statuses with a Location", () => {
    const statuses = [200, 300, 301, 302, 303, 304, 305, 307, 308, 404];
    expect(statuses.filter((status) => isRedirect(status, "/"))).toEqual([301, 302, 303, 307, 308]);
    expect(isRedirect(302, undefined)).toBe(false);
  });

  it.each([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "PUT", "PUT"],
    [302, "HEAD", "HEAD"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [308, "PUT", "PUT"],
  ])("of status %i makes %s a %s, whose body goes along only where the method stays", (status, before, after) => {
    const followed = next(hop(before), status, "/next");
    expect(followed.method).toBe(after);
    expect(followed.body).toBe(before === after ? hop(before).body : null);
    expect("content-type" in followed.headers).toBe(before === after);
  });

  it("is relative to where it came from", () => {
    const locations = ["../q", "?r", "//b.example/s", "http://a.example/t", "https://a.example:444/#u"];
    expect(locations.map((location) => next(hop("GET"), 302, location).target.url.href)).toEqual([
      "https://a.example/q",
      "https://a.example/x/y?r",
      "https://b.example/s",
      "http://a.example/t",
      "https://a.example:444/",
    ]);
  });

  it("takes credentials along within one origin alone: another host, port or scheme never sees them", () => {
    expect(next(hop("GET"), 302, "/same").headers).toEqual(headers);
    for (const location of ["https://b.example/", "https://a.example:444/", "http://a.example/"]) {
      expect(Object.keys(next(hop("GET"), 307, location).headers)).toEqual(["accept", "content-type"]);
    }
  });

  it("does not get credentials back by a way home", () => {
    const away = next(hop("GET"), 302, "https://b.example/");
    expect(next(away, 302, "https://a.example/").headers).not.toHaveProperty("authorization");
  });

  it("is not followed more than five times", () => {
    let at = hop("GET");
    for (let count = 0; count < 5; count++) at = next(at, 302, "/again");
    expect(nextHop(at, 302, "/again")).toEqual({
      ok: false,
      problem: { code: "network", message: "a.example: more than 5 redirects" },
    });
  });

  it.each([
    ["file:///etc/passwd", "network"],
    ["ftp://a.example/", "network"],
    ["http://u:p@a.example/", "network"],
    ["http://", "network"],
    ["http://a.example:25/", "network"],
  ])("to %s is a failure of the other side", (location, code) => {
    expect(nextHop(hop("GET"), 302, location)).toMatchObject({
      problem: { code, message: expect.stringMatching(/^a\.example redirects: /) },
    });
  });
});
