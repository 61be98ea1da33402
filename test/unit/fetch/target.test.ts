import { describe, expect, it } from "vitest";
import { parseTarget } from "../../../runtime/fetch/target.ts";

function hostOf(url: string): string {
  const parsed = parseTarget(url);
  return parsed.ok ? `${parsed.value.host}:${parsed.value.port}` : parsed.problem.code;
}

describe("The URL of a request", () => {
  it.each([
    ["http://2130706433/", "127.0.0.1:80"],
    ["http://0x7f000001/", "127.0.0.1:80"],
    ["http://0x7f.1/", "127.0.0.1:80"],
    ["http://0177.0.0.01/", "127.0.0.1:80"],
    ["http://017700000001/", "127.0.0.1:80"],
    ["http://127.1/", "127.0.0.1:80"],
    ["http://127.0.0.1./", "127.0.0.1:80"],
    ["http://%31%32%37.0.0.1/", "127.0.0.1:80"],
    ["http://１２７。０。０。１/", "127.0.0.1:80"],
    ["http://0/", "0.0.0.0:80"],
    ["http://[::1]/", "::1:80"],
    ["http://[0:0:0:0:0:ffff:127.0.0.1]/", "::ffff:7f00:1:80"],
    ["http://[::ffff:169.254.169.254]/", "::ffff:a9fe:a9fe:80"],
    ["http:\\\\127.0.0.1\\x", "127.0.0.1:80"],
    ["http:127.0.0.1", "127.0.0.1:80"],
    [" http://127.0.0.1\t", "127.0.0.1:80"],
  ])("%s means the address that the web takes it for", (url, host) => {
    expect(hostOf(url)).toBe(host);
  });

  it.each([
    ["https://Example.COM./a", "example.com:443"],
    ["https://bücher.example/", "xn--bcher-kva.example:443"],
    ["https://ｅｘａｍｐｌｅ.com/", "example.com:443"],
    ["http://example.com#@evil.example/", "example.com:80"],
    ["http://example.com\\@evil.example/", "example.com:80"],
    ["http://example.com?@evil.example/", "example.com:80"],
    ["http://LOCALHOST/", "localhost:80"],
    ["https://example.com:8443/", "example.com:8443"],
  ])("%s has one spelling of its host", (url, host) => {
    expect(hostOf(url)).toBe(host);
  });

  it.each([
    "http://example.com@127.0.0.1/",
    "http://user:pw@example.com/",
    "https://:pw@example.com/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "gopher://example.com/",
    "data:text/plain,a",
    "javascript:1",
    "ws://example.com/",
    "//example.com/",
    "/path",
    "",
    "http://",
    "http://../",
    "http://example.com../",
    "http://exa mple.com/",
    "http://256.256.256.256/",
    "http://[::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://example.com:99999/",
    `http://example.com/${"a".repeat(9000)}`,
  ])("%s is none", (url) => {
    expect(hostOf(url)).toBe("invalid-arguments");
  });

  it.each([0, 22, 25, 53, 110, 143, 389, 465, 587, 993, 2049, 5060, 5061, 6000, 6667])(
    "leads to no server of another protocol: port %i",
    (port) => {
      expect(hostOf(`http://example.com:${port}/`)).toBe("not-allowed");
    },
  );

  it("is sent without its fragment", () => {
    const parsed = parseTarget("https://example.com/a?b#secret");
    expect(parsed.ok && parsed.value.url.href).toBe("https://example.com/a?b");
  });

  it("is called an address only where it is one", () => {
    expect(["http://10.0.0.1/", "http://[::1]/", "http://ten.example/"].map((url) => parseTarget(url))).toMatchObject([
      { value: { isAddress: true } },
      { value: { isAddress: true } },
      { value: { isAddress: false } },
    ]);
  });
});
