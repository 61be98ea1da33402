import { describe, expect, it } from "vitest";
import { element, formatXml } from "../../../../runtime/switch/presence/xml/element.ts";
import { readXml } from "../../../../runtime/switch/presence/xml/read-xml.ts";
import { wellFormed } from "../../../helpers/well-formed.ts";

describe("XML that peers send", () => {
  it("is read with its namespaces, references and sections", () => {
    const text = `<?xml version='1.0'?><!-- note --><a xmlns="urn:a" xmlns:b='urn:b'>
      <b:c b:d="&lt;&#65;&#x42;" e='"'>x<![CDATA[<&>]]>&amp;</b:c><c xmlns=""/></a><!-- end -->`;
    expect(readXml(text)).toMatchObject({
      namespace: "urn:a",
      name: "a",
      children: [
        expect.stringMatching(/^\s+$/),
        {
          namespace: "urn:b",
          name: "c",
          attributes: [
            { namespace: "urn:b", name: "d", value: "<AB" },
            { namespace: "", name: "e", value: '"' },
          ],
          children: ["x<&>&"],
        },
        { namespace: "", name: "c" },
      ],
    });
  });

  it.each([
    "",
    "text",
    "<a>",
    "<a></b>",
    "<a/><b/>",
    "<a b='1' b='2'/>",
    "<a b=1/>",
    "<a b='<'/>",
    "<a>&nbsp;</a>",
    "<a>&#0;</a>",
    "<a>&#xD800;</a>",
    "<a>&#1114112;</a>",
    "<a>\u0001</a>",
    "<x:a/>",
    "<a x:b='1'/>",
    "<!DOCTYPE a><a/>",
    '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
    "<a><?php echo 1 ?></a>",
    "<a><!-- -- --></a>",
    "<a><![CDATA[</a>",
    "<a>".repeat(100) + "</a>".repeat(100),
    `<a>${"<b/>".repeat(1000)}</a>`,
    `<a ${Array.from({ length: 100 }, (_, index) => `b${index}=''`).join(" ")}/>`,
  ])("is nothing where it is not well formed, or not ours to read: %.40s", (text) => {
    expect(readXml(text)).toBeUndefined();
  });

  it("never throws and never takes long, whatever comes", () => {
    const pieces = [
      "<",
      ">",
      "/",
      "a",
      "x:",
      "xmlns='u'",
      " ",
      "&",
      "&amp;",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "'",
      '"',
      "=",
      "<?xml",
      "?>",
      "\u{1F600}",
      "\ud800",
    ];
    let seed = 7;
    const next = (most: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % most;
    };
    const start = performance.now();
    for (let run = 0; run < 5_000; run++) {
      const text = Array.from({ length: next(40) }, () => pieces[next(pieces.length)]).join("");
      expect(() => readXml(text)).not.toThrow();
    }
    for (const piece of pieces) readXml(`<a>${piece.repeat(16_000)}`);
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});

describe("XML that the switch writes", () => {
  it("is read again as what it was made of, whatever that was", () => {
    const nasty = "<&>\"'\r\n\t]]>\u0000\ufffe\ud800é\u{1F600}";
    const text = formatXml(element("a", { b: nasty, c: null }, nasty, element("d")));
    const root = wellFormed(text);
    const kept = "<&>\"'\r\n\t]]>\ufffd\ufffd\ufffdé\u{1F600}";
    expect(root.attributes.get("b")).toBe(kept);
    expect([...root.attributes.keys()]).toEqual(["b"]);
    expect(root.text).toBe(kept);
    expect(readXml(text)).toMatchObject({ attributes: [{ name: "b", value: kept }], children: [kept, { name: "d" }] });
  });
});
