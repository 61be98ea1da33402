/** REGISTER: who it is comes first, then the script of the user, where one is asked, then the registrar (RFC 3261 §10.3). */
import { toWire } from "../../base/text.ts";
import type { RegistrationDecision } from "../../contract/request-decision.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { nameOf } from "../name-of.ts";
import type { Aor } from "../registrar/registrar-options.ts";
import type { Switch } from "../switch.ts";
import { unsupportedRequirement } from "./checks.ts";

export function onRegister(sw: Switch, transaction: ServerTransaction): void {
  if (unsupportedRequirement(sw, transaction)) return;
  const { request, flow } = transaction;
  const { stack, domains, identity, registrations } = sw.parts;
  const uri = parseUri(request.to.uri);
  const domain = uri?.kind === "sip" ? domains.of(uri.host, uri.port) : undefined;
  if (uri?.kind !== "sip" || domain === undefined) {
    stack.reply(transaction, 404, { toTag: stack.mint.tag() });
    return;
  }
  const who = identity.ofRegistrant(transaction, domain);
  if (who.type !== "user") {
    const { status, fields, reason } = who.type === "refused" ? who : { status: 403, fields: [], reason: undefined };
    stack.reply(transaction, status, { toTag: stack.mint.tag(), fields, reason });
    return;
  }
  if (who.user !== nameOf(uri)) {
    // RFC 3261 §10.3 step 4: nobody registers for somebody else.
    stack.reply(transaction, 403, { toTag: stack.mint.tag() });
    return;
  }
  const aor = { domain, user: who.user };
  const asked = registrations?.ask(request, aor, flow);
  const done =
    asked === undefined ? bind(sw, transaction, aor) : asked.then((said) => bind(sw, transaction, aor, said));
  done.catch((error: unknown) => {
    sw.parts.log.error("A REGISTER could not be handled", { error, personal: { user: aor.user } });
    stack.reply(transaction, 500, { toTag: stack.mint.tag() });
  });
}

async function bind(sw: Switch, transaction: ServerTransaction, aor: Aor, said?: RegistrationDecision): Promise<void> {
  const { stack, registrar } = sw.parts;
  const toTag = stack.mint.tag();
  if (said?.type === "reject") {
    const fields = Object.entries(said.headers ?? {}).map(([name, value]): HeaderField => [name, toWire(value)]);
    const reason = said.reason === undefined ? undefined : toWire(said.reason);
    stack.reply(transaction, said.code, { toTag, fields, reason });
    return;
  }
  const { request, flow } = transaction;
  // While the script was asked the connection may have gone, and with it the phone.
  if (flow.transport !== "udp" && !stack.isOpen(flow)) {
    stack.reply(transaction, 480, { toTag });
    return;
  }
  const { status, reason, fields } = await registrar.register(request, aor, flow, said);
  stack.reply(transaction, status, { toTag, fields, reason });
}
