import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, inviteText } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { within } from "../../helpers/until.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());
beforeAll(() => strowger.deploy("main", inviteScript("reject(486)")));

async function stillServes(): Promise<void> {
  const other = await rawPhone(strowger, "other", { transport: "tcp" });
  expect((await other.settle()).status).toBe(200);
}

describe("A TCP connection", () => {
  it("that sends a message octet by octet is served", async () => {
    const phone = await rawPhone(strowger, "slow", { transport: "tcp" });
    const sent = new SipText(inviteText(phone, "700"));
    for (const octet of sent.text) phone.send(octet);
    await expectRefusal(phone, sent, 486);
  });

  it("that sends several messages and line ends at once is served in order", async () => {
    const phone = await rawPhone(strowger, "bulk", { transport: "tcp" });
    const sent = ["1", "2", "3"].map((number) => new SipText(inviteText(phone, `70${number}`)));
    phone.send(`\r\n\r\n${sent.map((message) => message.text).join("\r\n")}`);
    for (const message of sent) {
      const callId = message.header("Call-ID");
      await phone.expect(new RegExp(`^SIP/2\\.0 486[\\s\\S]*Call-ID: ${callId}`, "i"));
    }
  });

  it.each([
    ["garbage", "\0\x01\x02 nothing\r\n\r\n"],
    ["HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a head without an end", `INVITE sip:a@b SIP/2.0\r\nX: ${"y".repeat(300_000)}`],
    ["a Content-Length of gigabytes", "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4000000000\r\n\r\n"],
    ["a Content-Length that is no number", "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n"],
    ["two different Content-Lengths", "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n"],
  ])("that sends %s harms nobody else", async (_, text) => {
    const phone = await rawPhone(strowger, "stranger", { transport: "tcp" });
    phone.send(text);
    await stillServes();
  });

  it("that is cut in the middle of a message harms nobody else", async () => {
    const phone = await rawPhone(strowger, "cut", { transport: "tcp" });
    phone.send(inviteText(phone, "700").slice(0, 200));
    await stillServes();
    phone.close();
    await stillServes();
  });

  it("keeps alive: two line ends get one back (RFC 5626 §4.4.1)", async () => {
    const socket = connect(strowger.sipPort, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("\r\n\r\n");
    const [answer] = await within("one line end", once(socket, "data"));
    expect(String(answer)).toBe("\r\n");
  });
});
