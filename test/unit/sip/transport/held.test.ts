import { describe, expect, it } from "vitest";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { HeldTransport } from "../../../../runtime/sip/transport/held.ts";
import type { Transport } from "../../../../runtime/sip/transport/transport.ts";

const flow: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "203.0.113.1",
  remotePort: 5060,
  connection: 0,
};

function desk() {
  const sent: string[] = [];
  // As much of a transport as is sent over, and closed.
  const wire = { send: (text: string) => sent.push(text), close: async () => void sent.push("closed") };
  return { sent, held: new HeldTransport(wire as unknown as Transport) };
}

describe("What is sent while a turn is being written down", () => {
  it("leaves afterwards, in its order, and what is sent then leaves at once", () => {
    const { sent, held } = desk();
    held.send("1", flow);
    held.hold();
    held.send("2", flow);
    held.send("3", flow);
    expect(sent).toEqual(["1"]);
    held.release();
    expect(sent).toEqual(["1", "2", "3"]);
    held.send("4", flow);
    held.hold();
    held.release();
    expect(sent).toEqual(["1", "2", "3", "4"]);
  });

  it("leaves before the transport is closed", async () => {
    const { sent, held } = desk();
    held.hold();
    held.send("last", flow);
    await held.close();
    expect(sent).toEqual(["last", "closed"]);
  });
});
