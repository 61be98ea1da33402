import { describe, expect, it } from "vitest";
import { parseHosts } from "../../../../runtime/sip/transport/hosts-file.ts";

describe("the system's table of names", () => {
  it("gives the addresses of every name, in both families", () => {
    const table = parseHosts(
      "127.0.0.1 localhost # here\n::1\tlocalhost ip6-localhost\n\n# 192.0.2.9 off\n192.0.2.1 PBX.lab pbx\nnonsense x\n",
    );
    expect(Object.fromEntries(table)).toEqual({
      localhost: { ipv4: ["127.0.0.1"], ipv6: ["::1"] },
      "ip6-localhost": { ipv4: [], ipv6: ["::1"] },
      "pbx.lab": { ipv4: ["192.0.2.1"], ipv6: [] },
      pbx: { ipv4: ["192.0.2.1"], ipv6: [] },
    });
  });
});
