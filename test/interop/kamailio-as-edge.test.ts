import { describe, expect, it, onTestFinished } from "vitest";
import { Baresip } from "../helpers/baresip.ts";
import { freePort } from "../helpers/free-port.ts";
import { Kamailio } from "../helpers/kamailio.ts";
import { rawPhone } from "../helpers/phones.ts";
import { register } from "../helpers/raw-account.ts";
import { invite, RawDialog } from "../helpers/raw-dialog.ts";
import { RawPhone } from "../helpers/raw-phone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { inviteScript } from "../helpers/script-source.ts";
import { sdp } from "../helpers/sdp.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { until } from "../helpers/until.ts";

/** A proxy between phones and the switch: it adds its Path to REGISTER, and forwards by Route what comes back. */
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
loadmodule "path.so"
modparam("rr", "append_fromtag", 0)
request_route {
  if (is_method("OPTIONS") && $rU == $null) { sl_send_reply("200", "OK"); exit; }
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (is_method("REGISTER")) {
    if (!($hdr(Supported) =~ "path")) append_hf("Supported: path\\r\\n");
    add_path();
    $du = "sip:127.0.0.1:${switchPort}";
    t_relay();
    exit;
  }
  if (is_present_hf("Route")) {
    loose_route();
    if (is_method("INVITE") && !has_totag()) record_route();
    t_relay();
    exit;
  }
  if (has_totag() || is_method("ACK")) { t_relay(); exit; }
  record_route();
  $du = "sip:127.0.0.1:${switchPort}";
  t_relay();
}
`;
}

async function edgeAndSwitch(): Promise<{ readonly strowger: RunningSwitch; readonly port: number }> {
  const strowger = await startSwitch({ digest: ["MD5"] });
  onTestFinished(() => strowger.stop());
  await strowger.deploy("main", inviteScript('forward("bob")'));
  const port = await freePort();
  const kamailio = await Kamailio.start(edgeConfig(port, strowger.sipPort), port);
  onTestFinished(() => kamailio.stop());
  return { strowger, port };
}

describe.skipIf(!hasPrograms("kamailio"))("Kamailio between phones and the switch (RFC 3327)", () => {
  it(
    "adds its Path to a registration, and calls come to the phone through it",
    shows({ Kamailio: ["edge"] }),
    async () => {
      const { strowger, port } = await edgeAndSwitch();
      const bob = await RawPhone.udp({ name: "bob", switchPort: port });
      onTestFinished(() => bob.close());
      const answer = await register(bob, { user: "bob", fields: [["Supported", "path"]] });
      expect(answer.status).toBe(200);
      expect(answer.header("Path")).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}`));
      const { body } = await strowger.api("GET", "/v1/registrations?user=bob");
      expect(body.items).toMatchObject([{ contact: bob.uri, source: `127.0.0.1:${port}`, path: [expect.anything()] }]);

      const caller = await rawPhone(strowger, "caller");
      const sent = invite(caller, "101", { body: sdp(40_000) });
      const offered = await bob.expect("INVITE");
      expect(offered.uri).toBe(bob.uri);
      expect(offered.headers("Via").join()).toContain(`127.0.0.1:${port}`);
      bob.answer(offered, 200, { toTag: "b", fields: [["Contact", bob.contact]], body: sdp(40_000) });
      const side = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE"));
      side.ack(sent);
      await bob.expect("ACK");
      side.request("BYE");
      const bye = await bob.expect("BYE");
      expect(bye.headers("Via").join()).toContain(`127.0.0.1:${port}`);
      bob.answer(bye, 200);
      await caller.expect("200 BYE");
      await strowger.noCalls();
    },
  );

  it.skipIf(!hasPrograms("baresip"))(
    "has baresip behind it, which is called, answers and is hung up on",
    shows({ Kamailio: ["edge"], baresip: ["register", "call"] }),
    async () => {
      const { strowger, port } = await edgeAndSwitch();
      const { domain } = strowger;
      const phone = await Baresip.start({ user: "bob", password: "pw-bob", domain, switchPort: port, answer: "auto" });
      onTestFinished(() => phone.stop());
      await phone.registered();
      const { body } = await strowger.api("GET", "/v1/registrations?user=bob");
      expect(body.items).toHaveLength(1);
      expect(body.items[0].path).toHaveLength(1);
      const caller = await rawPhone(strowger, "caller");
      const sent = invite(caller, "101", { body: sdp(40_000) });
      const side = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE", 15_000));
      side.ack(sent);
      await side.bye();
      await until("the call to end", async () => (await strowger.calls()).length === 0);
    },
  );
});
