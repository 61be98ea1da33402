import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebUrl } from "../../../../../runtime/sandbox/host/realm/web/url.ts";
import { SearchParams } from "../../../../../runtime/sandbox/host/realm/web/url-search-params.ts";

/** The platform's own class is the measure. */
const PARTS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;
type Setter = Exclude<(typeof PARTS)[number], "origin">;

function look(Url: typeof URL | typeof WebUrl, input: string, base?: string): unknown {
  try {
    return view(new Url(input, base));
  } catch (error) {
    return error instanceof TypeError ? "TypeError" : error;
  }
}

function view(url: URL | WebUrl): unknown {
  return [...PARTS.map((part) => url[part]), String(url), JSON.stringify(url), String(url.searchParams)];
}

/** What URLs are made of, and what breaks them. */
const PIECES = [
  ..."http https ws sip tel foo // / \\ ? # @ : a B user example.com EXAMPLE.com. 127.0.0.1 0x7f.1 0177.1 256.1.1.1".split(
    " ",
  ),
  ..."2130706433 9999999999 1.2.3 [::1] [1:2::3.4.5.6] [::ffff:1.2.3.4] [ ] :80 :443 :8080 :99999 . .. %2e %20 %zz".split(
    " ",
  ),
  ..."' \" < ^ | { ` ; = & + ! * ~ é ß 日本 ｅｘ Σ Ａ 。 😀".split(" "),
  " ",
  "\t",
  "\u00ad",
  "\ud800",
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(""));
const start = fc.constantFrom("", "http://", "https://", "https:", "sip:", "foo://", "foo:/");
const base = fc.constantFrom(undefined, "http://h/a/b?q#f", "https://u:p@h:81", "sip:x@y", "foo://h/p/q");

describe("URL", () => {
  it.each([
    ["https://Example.com:443/a/../b?c=d e#f g"],
    ["http://user:p%40ss@[2001:DB8:0:0:1::]:8080/"],
    ["sip:alice@example.com;transport=tcp?Subject=a"],
    ["tel:+1-555-0100"],
    ["urn:uuid:1 "],
    ["foo:///p"],
    ["../x", "https://h/a/b/c"],
    ["//other/x", "https://h/a"],
    ["?q", "https://h/a?b#c"],
    ["#f", "sip:x@y"],
    ["https:rel", "https://h/a/b"],
    ["https://bücher.example/straße"],
    ["https://xn--bcher-kva.example/"],
    ["https://1.2.3.4.5/"],
    ["https://08/"],
    ["https://h:/"],
    ["https://h:65536/"],
    ["https://a b/"],
    ["https://%00/"],
    ["https://[::1/"],
    ["https://@/"],
    ["https:"],
    [""],
    ["nonsense"],
  ])("reads %j as the platform does", (input, from?: string) => {
    expect(look(WebUrl, input, from)).toEqual(look(URL, input, from));
  });

  it("reads whatever it is given as the platform does", () => {
    fc.assert(
      fc.property(start, text, base, (scheme, rest, from) => {
        expect(look(WebUrl, scheme + rest, from)).toEqual(look(URL, scheme + rest, from));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["protocol", "http"],
    ["protocol", "sip:"],
    ["username", "a b"],
    ["password", "p:@"],
    ["host", "x.example:444"],
    ["host", "x.example:443"],
    ["host", "x example"],
    ["hostname", "127.1"],
    ["hostname", "x:1"],
    ["hostname", ""],
    ["port", "8080x"],
    ["port", "443"],
    ["port", "99999"],
    ["port", ""],
    ["pathname", "a/../b c?d#e"],
    ["search", "?x=1 2'"],
    ["search", ""],
    ["hash", "a b"],
    ["hash", ""],
    ["href", "http://new.example/"],
  ] as [Setter, string][])("takes %s = %j as the platform does", (part, value) => {
    for (const from of ["https://u:p@h:81/a/b?q=1#f", "sip:alice@example.com", "foo://h/p"]) {
      const [ours, theirs] = [new WebUrl(from), new URL(from)];
      ours[part] = value;
      theirs[part] = value;
      expect(view(ours)).toEqual(view(theirs));
    }
  });

  it("has parameters that write through, both ways", () => {
    const url = new WebUrl("https://h/?a=1&a=2&b=%C3%A4");
    const { searchParams } = url;
    searchParams.append("c", "x y&z");
    searchParams.delete("a", "1");
    expect(url.href).toBe("https://h/?a=2&b=%C3%A4&c=x+y%26z");
    url.search = "?d=4";
    expect([...searchParams]).toEqual([["d", "4"]]);
    searchParams.delete("d");
    expect(url.href).toBe("https://h/");
  });

  it("says what is no URL, and refuses files, of which a script has none", () => {
    expect(() => new WebUrl("/relative")).toThrow(new TypeError("Invalid URL: /relative"));
    expect(WebUrl.canParse("file:///etc/passwd")).toBe(false);
    expect(WebUrl.parse("nonsense")).toBeNull();
    expect(WebUrl.parse("/b", "https://h/a")?.href).toBe("https://h/b");
  });
});

describe("URLSearchParams", () => {
  it.each(["", "?", "?a=1&b=2&a=3", "a", "=", "&&a&", "a=b=c", "a+b=%20%2B", "%zz=%", "%ff=%F0%9F", "é=😀", "a=%26"])(
    "reads and writes %j as the platform does",
    (query) => {
      const [ours, theirs] = [new SearchParams(query), new URLSearchParams(query)];
      expect([[...ours], String(ours), ours.size]).toEqual([[...theirs], String(theirs), theirs.size]);
    },
  );

  it("is made of pairs, of an object and of its own kind", () => {
    const pairs = [
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
    ];
    expect(String(new SearchParams(pairs))).toBe("b=1&a=2&b=3");
    expect(String(new SearchParams({ a: 1, b: "x y" }))).toBe("a=1&b=x+y");
    expect(String(new SearchParams(new SearchParams("a=1")))).toBe("a=1");
    expect(() => new SearchParams([["a"]])).toThrow(TypeError);
  });

  it("is looked into and changed", () => {
    const params = new SearchParams("b=1&a=2&b=3");
    expect([params.get("b"), params.getAll("b"), params.get("c"), params.has("a"), params.has("a", "3")]).toEqual([
      "1",
      ["1", "3"],
      null,
      true,
      false,
    ]);
    params.set("b", "4");
    expect(String(params)).toBe("b=4&a=2");
    params.set("c", "5");
    params.sort();
    expect([[...params.keys()], [...params.values()]]).toEqual([
      ["a", "b", "c"],
      ["2", "4", "5"],
    ]);
  });
});
