import { describe, expect, it } from "vitest";
import { listenOnNewAddresses, withAdvertise } from "../../../runtime/assemble/listening.ts";
import type { Config, ConfiguredListener } from "../../../runtime/config/config.ts";
import { parseConfig } from "../../../runtime/config/load.ts";
import type { SipStack } from "../../../runtime/sip/stack.ts";
import type { ListenAddress } from "../../../runtime/sip/transport/listen-address.ts";

function configOf(text: string): Config {
  const parsed = parseConfig(text, "/etc/strowger.yaml", {});
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problem));
  return parsed.value;
}

/** A stack that opens whatever it is asked for. */
function opening(): { stack: SipStack; asked: ListenAddress[][] } {
  const listeners: ListenAddress[] = [];
  const asked: ListenAddress[][] = [];
  const listen = async (addresses: readonly ListenAddress[]) => {
    asked.push([...addresses]);
    listeners.push(...addresses.map((address, index) => ({ ...address, port: address.port || 40_000 + index })));
  };
  return { stack: { transport: { listeners }, listen } as unknown as SipStack, asked };
}

describe("the name that a listener is told by", () => {
  const listener = (transport: ConfiguredListener["transport"], address: string) => ({ transport, address, port: 1 });

  it("is the advertised one, with its port where that is of the transport", () => {
    const config = configOf("advertise: 203.0.113.7:5070");
    expect(withAdvertise(listener("udp", "10.0.0.1"), config)).toMatchObject({ advertise: "203.0.113.7:5070" });
    expect(withAdvertise(listener("tcp", "10.0.0.1"), config)).toMatchObject({ advertise: "203.0.113.7:5070" });
    expect(withAdvertise(listener("tls", "10.0.0.1"), config)).toMatchObject({ advertise: "203.0.113.7" });
    expect(withAdvertise(listener("ws", "10.0.0.1"), config)).toMatchObject({ advertise: "203.0.113.7" });
  });

  it("is its own where an address of the other family is advertised, and never where a name is", () => {
    expect(withAdvertise(listener("udp", "fd00::1"), configOf("advertise: 203.0.113.7"))).not.toHaveProperty(
      "advertise",
    );
    const six = configOf('advertise: "[2001:db8::7]"');
    expect(withAdvertise(listener("udp", "10.0.0.1"), six)).not.toHaveProperty("advertise");
    expect(withAdvertise(listener("tls", "fd00::1"), six)).toMatchObject({ advertise: "[2001:db8::7]" });
    const named = configOf("advertise: sip.example.com");
    expect(withAdvertise(listener("udp", "fd00::1"), named)).toMatchObject({ advertise: "sip.example.com" });
  });
});

describe("listening on what is not open yet", () => {
  it("opens every port of a transport once, and nothing the second time", async () => {
    const { stack, asked } = opening();
    const config = configOf("listen: [udp://127.0.0.1:5060, udp://127.0.0.1:5070, tcp://127.0.0.1:0]");
    await listenOnNewAddresses(stack, config);
    await listenOnNewAddresses(stack, config);
    expect(asked.map((addresses) => addresses.map(({ transport, port }) => `${transport} ${port}`))).toEqual([
      ["udp 5060", "udp 5070", "tcp 0"],
      [],
    ]);
  });
});
