/** REGISTER: who it is comes first, then the registrar (RFC 3261 §10.3). */
import { toText } from "../../base/text.ts";
import { parseUri, unescapeUser } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Switch } from "../switch.ts";
import { unsupportedRequirement } from "./checks.ts";

export function onRegister(sw: Switch, transaction: ServerTransaction): void {
  if (unsupportedRequirement(sw, transaction)) return;
  const { request, flow } = transaction;
  const { stack, domains, identity, registrar, log } = sw.parts;
  const toTag = stack.mint.tag();
  const aor = parseUri(request.to.uri);
  const domain = aor?.kind === "sip" ? domains.of(aor.host, aor.port) : undefined;
  if (aor?.kind !== "sip" || domain === undefined) {
    stack.reply(transaction, 404, { toTag });
    return;
  }
  const who = identity.ofRegistrant(request, domain);
  if (who.type !== "user") {
    const status = who.type === "refused" ? who.status : 403;
    const fields = who.type === "refused" ? who.fields : [];
    stack.reply(transaction, status, { toTag, fields, ...reasonOf(who.type === "refused" ? who.reason : undefined) });
    return;
  }
  if (who.user !== toText(unescapeUser(aor.user ?? ""))) {
    // RFC 3261 §10.3 step 4: nobody registers for somebody else.
    stack.reply(transaction, 403, { toTag });
    return;
  }
  registrar.register(request, { domain, user: who.user }, flow).then(
    ({ status, reason, fields }) => stack.reply(transaction, status, { toTag, fields, ...reasonOf(reason) }),
    (error: unknown) => {
      log.error("A REGISTER could not be handled", { error, personal: { user: who.user } });
      stack.reply(transaction, 500, { toTag });
    },
  );
}

function reasonOf(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
