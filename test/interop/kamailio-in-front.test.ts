import { describe, expect, it, onTestFinished } from "vitest";
import type { Field, SipText } from "../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../helpers/digest-answer.ts";
import { freePort } from "../helpers/free-port.ts";
import { Kamailio } from "../helpers/kamailio.ts";
import { rawPhone } from "../helpers/phones.ts";
import { freshText, RawPhone } from "../helpers/raw-phone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { startSwitch } from "../helpers/switch.ts";

/** A proxy at the edge: it records its route, and sends what is new to the switch. */
function edgeConfig(port: number, switchPort: number): string {
  return `
#!KAMAILIO
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
children=1
tcp_children=1
debug=1
log_stderror=yes
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "maxfwd.so"
request_route {
  if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (!loose_route()) { sl_send_reply("404", "No Route"); exit; }
    t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${switchPort}";
  t_relay();
}
`;
}

describe.skipIf(!hasPrograms("kamailio"))("Kamailio in front of the switch, recording its route", () => {
  it(
    "carries a subscription of bob to something elsewhere, its NOTIFY and its refresh (PRX-05, PRX-22, PRX-23)",
    shows({ Kamailio: ["edge"] }),
    async () => {
      const strowger = await startSwitch({ digest: ["MD5"] });
      onTestFinished(() => strowger.stop());
      await strowger.deploy("main", inviteScript("reject(404)"));
      const port = await freePort();
      const kamailio = await Kamailio.start(edgeConfig(port, strowger.sipPort), port);
      onTestFinished(() => kamailio.stop());
      const bob = await RawPhone.udp({ name: "bob", switchPort: port });
      onTestFinished(() => bob.close());
      const dora = await rawPhone(strowger, "dora");
      const callId = freshText("weather");
      let cseq = 0;
      const subscribe = (uri: string, to: string, fields: readonly Field[]): SipText =>
        bob.request({
          method: "SUBSCRIBE",
          uri,
          fields: [
            ["Via", bob.via()],
            ["Max-Forwards", "70"],
            ["From", "<sip:bob@example.test>;tag=b"],
            ["To", to],
            ["Call-ID", callId],
            ["CSeq", `${++cseq} SUBSCRIBE`],
            ["Contact", bob.contact],
            ["Event", "weather"],
            ...fields,
          ],
        });

      subscribe(dora.uri, `<${dora.uri}>`, []);
      const challenge = (await bob.expect("407 SUBSCRIBE")).headers("Proxy-Authenticate");
      const proof = digestAnswer(
        challenge,
        { user: "bob", password: "pw-bob" },
        { method: "SUBSCRIBE", uri: dora.uri },
      );
      subscribe(dora.uri, `<${dora.uri}>`, [["Proxy-Authorization", proof]]);
      const got = await dora.expect("SUBSCRIBE");
      expect(got.headers("Via")).toHaveLength(3);
      const [ours, edges] = got.headers("Record-Route");
      expect(ours).toMatch(new RegExp(`^<sip:[\\w-]+@127\\.0\\.0\\.1:${strowger.sipPort};lr>$`));
      expect(edges).toContain(`127.0.0.1:${port}`);
      dora.answer(got, 200, {
        toTag: "d",
        fields: [
          ["Contact", dora.contact],
          ["Expires", "60"],
        ],
      });
      const answered = await bob.expect("200 SUBSCRIBE");
      expect(answered.headers("Record-Route")).toEqual([ours, edges]);

      dora.request({
        method: "NOTIFY",
        uri: got.uriOf("Contact"),
        fields: [
          ["Via", dora.via()],
          ["Max-Forwards", "70"],
          ...got.headers("Record-Route").map((value): Field => ["Route", value]),
          ["From", `<${dora.uri}>;tag=d`],
          ["To", got.header("From")],
          ["Call-ID", callId],
          ["CSeq", "1 NOTIFY"],
          ["Event", "weather"],
          ["Subscription-State", "active"],
        ],
        body: "rain",
      });
      const notified = await bob.expect("NOTIFY");
      expect(notified.body).toBe("rain");
      expect(notified.headers("Via")).toHaveLength(3);
      bob.answer(notified, 200);
      await dora.expect("200 NOTIFY");

      const routes = answered.headers("Record-Route").reverse();
      subscribe(answered.uriOf("Contact"), answered.header("To"), [["Route", routes.join(", ")]]);
      const refresh = await dora.expect("SUBSCRIBE");
      expect(refresh.uri).toBe(dora.uri);
      expect(refresh.headers("Route")).toEqual([]);
      dora.answer(refresh, 200, {
        fields: [
          ["Contact", dora.contact],
          ["Expires", "60"],
        ],
      });
      await bob.expect("200 SUBSCRIBE");
    },
  );
});
