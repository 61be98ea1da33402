import { describe, expect, it } from "vitest";
import { Masks } from "../../../../runtime/observe/journal/mask.ts";
import { returned, sip, World } from "./world.ts";

const SECRET = 'p"ss wörd-42';

function masksWithSecret(): Masks {
  const masks = new Masks();
  masks.learn("main", "secrets.get", '{"name":"CRM_KEY"}', `r${JSON.stringify(SECRET)}`);
  return masks;
}

describe("What is masked in a recording", () => {
  it("is a secret that the script has got, in whatever form a text holds it", () => {
    const masks = masksWithSecret();
    const wire = Buffer.from(SECRET, "utf8").toString("latin1");
    for (const text of [`key=${SECRET}`, JSON.stringify({ key: SECRET }), `X-Key: ${wire}\r\n`]) {
      expect(masks.text("main", text)).toContain("[secret CRM_KEY]");
      expect(masks.text("main", text)).not.toMatch(/ss w/);
    }
  });

  it("is that of one script in the texts of that script alone", () => {
    expect(masksWithSecret().text("other", SECRET)).toBe(SECRET);
  });

  it("is what came of asking for a secret, even one too short to be looked for", () => {
    const masks = new Masks();
    const asked = { name: "secrets.get", args: '{"name":"N"}' };
    masks.learn("main", asked.name, asked.args, 'r"abc"');
    expect(masks.result("main", asked, 'r"abc"')).toBe('r"[secret N]"');
    expect(masks.text("main", "abc")).toBe("abc");
  });

  it.each([
    ['{"mailbox":"alice","pin":"1234"}', '{"mailbox":"alice","pin":"[masked]"}'],
    [
      '{"headers":{"Authorization":"Bearer x","Accept":"*/*"}}',
      '{"headers":{"Authorization":"[masked]","Accept":"*/*"}}',
    ],
    [
      '{"a":[{"password":"x","Token":1,"secret":null}]}',
      '{"a":[{"password":"[masked]","Token":"[masked]","secret":null}]}',
    ],
    ["no json", '"[masked]"'],
  ])("are fields of arguments whose names say so: %s", (args, masked) => {
    expect(new Masks().args("main", args)).toBe(masked);
  });

  it.each([
    ['Authorization: Digest username="a", response="0123456789abcdef0123456789abcdef", uri="x"', "0123456789abcdef"],
    [
      '{"head":"PROXY-AUTHORIZATION: Digest RESPONSE=\\"0123456789abcdef0123456789abcdef\\"\\r\\n"}',
      "0123456789abcdef",
    ],
    ["Authorization: Basic dXNlcjpwdw==", "dXNl"],
    ["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20", "PS1uQCVe"],
    ["a=ice-pwd:x9cml/YzichV2+XlhiMu8g", "x9cml"],
  ])("are credentials and keys in a message: %s", (text, secret) => {
    const masked = new Masks().text("main", text);
    expect(masked).toContain("[masked]");
    expect(masked).not.toContain(secret);
  });

  it("leaves all other text as it is", () => {
    const text = sip("INVITE sip:100@example.com SIP/2.0", "id", "WWW-Authenticate: Digest realm=x\r\n");
    expect(masksWithSecret().text("main", text)).toBe(text);
  });

  it("never reaches an answer or a file", async () => {
    const world = new World();
    world.begin("c1");
    const trace = world.event("c1", "invite", { said: SECRET });
    trace.asked(1, "secrets.get", '{"name":"CRM_KEY"}');
    trace.answered(1, `r${JSON.stringify(SECRET)}`);
    trace.printed("info", `got ${SECRET}`);
    returned([{ type: "reject", code: 486, reason: SECRET }], trace, JSON.stringify({ key: SECRET }));
    const live = JSON.stringify([await world.recorder.timeline("c1"), await world.recorder.recorded("c1")]);
    world.end("c1");
    world.pass();
    const line = await world.files.read("c1");
    for (const text of [live, line]) {
      expect(text).toContain("[secret CRM_KEY]");
      expect(text).not.toContain("wörd-42");
    }
  });
});
