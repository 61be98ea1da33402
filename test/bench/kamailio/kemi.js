// same decisions as native.cfg; the table is a plain object of 1000 rows
var table = {};
var i;
for (i = 0; i < 1000; i++) table[String(100000 + i)] = "CALLEEURI";
var WITH_AUTH = false; /*AUTH*/

// biome-ignore lint/correctness/noUnusedVariables: Kamailio calls it by its name.
function ksr_request_route() {
  var pw;
  var dest;
  if (KSR.maxfwd.process_maxfwd(10) < 0) {
    KSR.sl.sl_send_reply(483, "Too Many Hops");
    return;
  }
  if (KSR.sanity.sanity_check(17895, 7) < 0) return;
  if (KSR.is_CANCEL()) {
    if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay();
    return;
  }
  if (KSR.siputils.has_totag() > 0) {
    if (KSR.rr.loose_route() > 0) {
      if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error();
      return;
    }
    if (KSR.is_ACK()) {
      if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay();
      return;
    }
    KSR.sl.sl_send_reply(404, "Not here");
    return;
  }
  if (!KSR.is_ACK()) {
    if (KSR.tmx.t_precheck_trans() > 0) {
      KSR.tm.t_check_trans();
      return;
    }
    if (KSR.tm.t_check_trans() === 0) return;
  }
  if (KSR.is_REGISTER()) {
    if (WITH_AUTH) {
      pw = KSR.htable.sht_get("au", KSR.pv.getvs("$au", ""));
      if (!pw || KSR.auth.pv_auth_check(KSR.pv.get("$td"), pw, 0, 0) < 0) {
        KSR.auth.auth_challenge(KSR.pv.get("$td"), 0);
        return;
      }
      KSR.auth.consume_credentials();
    }
    if (KSR.registrar.save("location", 0) < 0) KSR.sl.sl_reply_error();
    return;
  }
  if (KSR.is_INVITE()) {
    dest = table[KSR.pv.get("$rU")];
    if (dest === undefined) {
      KSR.sl.sl_send_reply(404, "Not Found");
      return;
    }
    KSR.setdsturi(dest);
    KSR.rr.record_route();
    if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error();
    return;
  }
  KSR.sl.sl_send_reply(405, "Method Not Allowed");
}
