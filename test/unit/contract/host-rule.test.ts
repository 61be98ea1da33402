import { describe, expect, it } from "vitest";
import { matchesHost, parseHostRule } from "../../../runtime/contract/host-rule.ts";

function matches(rule: string, url: string): boolean {
  const parsed = parseHostRule(rule);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { hostname, port, protocol } = new URL(url);
  return matchesHost(parsed.value, hostname, Number(port || (protocol === "https:" ? 443 : 80)));
}

describe("A rule for hosts", () => {
  it.each([
    ["api.example.com", "https://api.example.com/", true],
    ["API.Example.com", "https://api.example.com/", true],
    ["api.example.com", "https://api.example.com:8443/", true],
    ["api.example.com:8443", "https://api.example.com:8443/", true],
    ["api.example.com:443", "https://api.example.com/", true],
    ["api.example.com:8443", "https://api.example.com/", false],
    ["example.com", "https://api.example.com/", false],
    ["example.com", "https://example.com.evil.example/", false],
    ["*.example.com", "https://a.b.example.com/", true],
    ["*.example.com", "https://example.com/", false],
    ["*.example.com", "https://evilexample.com/", false],
    ["*.example.com:80", "http://a.example.com/", true],
    ["bücher.example", "https://xn--bcher-kva.example/", true],
    ["127.0.0.1", "http://2130706433/", true],
    ["[2606:4700::1]:8080", "http://[2606:4700:0::1]:8080/", true],
    ["*", "https://anything.example:999/", true],
  ])("%s for %s: %s", (rule, url, expected) => {
    expect(matches(rule, url)).toBe(expected);
  });

  it.each([
    "",
    "http://a.example",
    "a.example/path",
    "a.example?",
    "a*.example",
    "*",
    "*.",
    "user@a.example",
    "a.example:0",
    "a.example:70000",
    "a b",
    "a.example.",
  ])("%j is none, but for a star alone", (text) => {
    expect(parseHostRule(text).ok).toBe(text === "*");
  });
});
