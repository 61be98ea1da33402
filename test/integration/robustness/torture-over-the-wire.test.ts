import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { corpusRoot } from "../../helpers/repo-root.ts";
import { skip } from "../../helpers/require-program.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

interface TortureMessage {
  readonly name: string;
  readonly file: string;
  readonly title: string;
  readonly kind: "request" | "response";
  /** Allowed final statuses, `not-parse-error` (neither 400 nor 5xx), or `response`: nothing may come back. */
  readonly final: string | readonly string[];
}

const folder = join(corpusRoot, "torture");
const messages = readManifest();

const strowger = await startSwitch({ domain: "example.com" });
afterAll(() => strowger.stop());
beforeAll(() => strowger.deploy("main", inviteScript("reject(480)")));

function readManifest(): readonly TortureMessage[] {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).messages;
  } catch {
    skip(`no torture messages in ${folder}`);
    return [];
  }
}

function isAllowed(status: number, final: TortureMessage["final"]): boolean {
  const allowed = typeof final === "string" ? [final] : final;
  return allowed.some((one) => (one === "not-parse-error" ? status !== 400 && status < 500 : status === Number(one)));
}

/** Whether the message can be cut out of a stream: a whole head, and one Content-Length, which is that of the body. */
function canBeFramed(text: string): boolean {
  const lengths = [...text.matchAll(/^(?:Content-Length|l)\s*:\s*(\d+)\s*$/gim)].map((match) => Number(match[1]));
  return text.includes("\r\n\r\n") && lengths.length === 1 && lengths[0] === new SipText(text).body.length;
}

/** The answer comes back to the port that asked only where the top Via says so (RFC 3581). */
function askForAnswer(text: string): string {
  return text.replace(/;\s*branch\s*=\s*[^\s;,]+/, "$&;rport");
}

describe.skipIf(messages.length === 0)("Every torture message over the wire (RFC 4475, RFC 5118)", () => {
  it.each(messages.map((message) => [message.name, message.title, message] as const))(
    "%s (%s) gets an allowed answer, and the switch still answers OPTIONS",
    async (_name, _title, message) => {
      const text = readFileSync(join(folder, message.file), "latin1");
      // Over TCP the answer comes back on the connection, whatever the Via says, so the message goes as it is.
      const framed = canBeFramed(text);
      const phone = await rawPhone(strowger, "torturer", { transport: framed ? "tcp" : "udp" });
      phone.send(framed ? text : askForAnswer(text));
      if (message.kind === "request") {
        const { status } = await phone.expect(/^SIP\/2\.0 [2-6]/);
        expect({ status, allowed: isAllowed(status, message.final) }).toEqual({ status, allowed: true });
      }
      const probe = message.kind === "request" ? await rawPhone(strowger, "probe") : phone;
      expect((await probe.settle()).status).toBe(200);
      expect(probe.untaken).toEqual([]);
    },
  );
});
