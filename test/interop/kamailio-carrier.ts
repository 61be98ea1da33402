/**
 * Kamailio as a telephone company: it has one customer, whom it asks for a password, and one line to the rest of the world.
 * Calls of the customer go to the world; calls of the world go to wherever the customer is registered.
 */
export const CUSTOMER = { username: "4711", password: "carrier-secret" };

export interface CarrierParts {
  readonly port: number;
  /** Who is the world: a phone at this port of 127.0.0.1. */
  readonly world: number;
  /** @default "MD5" */
  readonly algorithm?: "MD5" | "SHA-256";
}

export function carrierConfig({ port, world, algorithm = "MD5" }: CarrierParts): string {
  return `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", 60)
modparam("registrar", "max_expires", 600)
modparam("auth", "algorithm", "${algorithm === "MD5" ? "" : algorithm}")
modparam("auth", "qop", "auth")
modparam("auth", "secret", "loopback")
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) t_relay();
    else if (is_method("ACK")) { if (t_check_trans()) t_relay(); }
    else sl_send_reply("481", "No such dialog");
    exit;
  }
  t_check_trans();
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("$td", "${CUSTOMER.password}", "0")) { www_challenge("$td", "1"); exit; }
    consume_credentials();
    save("location");
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  record_route();
  if ($sp == ${world}) {
    $rU = "${CUSTOMER.username}";
    if (!lookup("location")) { sl_send_reply("404", "Not registered"); exit; }
    t_relay();
    exit;
  }
  if (!pv_proxy_authenticate("$fd", "${CUSTOMER.password}", "0")) { proxy_challenge("$fd", "1"); exit; }
  consume_credentials();
  $du = "sip:127.0.0.1:${world}";
  t_relay();
}
`;
}
