/** PUBLISH (RFC 3903 §6): a phone says how its user can be reached. Everybody publishes for himself alone. */
import { fail, ok, type Result } from "../../base/result.ts";
import { toText } from "../../base/text.ts";
import { parseAccess } from "../../contract/request-decision.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Resource } from "../presence/event-package.ts";
import { PRESENCE } from "../presence/pidf/presence-package.ts";
import type { Publications } from "../presence/publish/publications.ts";
import { type AskedPublication, PUBLISH_DURATION, readPublish } from "../presence/publish/publish-request.ts";
import { badEvent, readEvent, readExpires } from "../presence/subscribe-request.ts";
import { askScript, scriptFor } from "../requests/ask-script.ts";
import { requestEvent } from "../requests/request-event.ts";
import type { Switch } from "../switch.ts";
import { domainOf, namesOf } from "./addressed.ts";
import { notAllowed, unknownScheme, unsupportedRequirement } from "./checks.ts";
import { type RequestRefusal, refusalOf, refuse } from "./refuse.ts";

export function onPublish(sw: Switch, transaction: ServerTransaction): void {
  const { publications } = sw.parts;
  if (publications === undefined) {
    notAllowed(sw, transaction);
    return;
  }
  if (unknownScheme(sw, transaction) || unsupportedRequirement(sw, transaction)) return;
  const user = publisherOf(sw, transaction);
  if (!user.ok) {
    refuse(sw, transaction, user.problem);
    return;
  }
  const { domain, name } = user.value;
  const script = scriptFor(sw, transaction, "publish", domain);
  if (script === undefined) {
    publish(sw, publications, transaction, user.value);
    return;
  }
  const { request } = transaction;
  const seconds = readExpires(request.headers, PUBLISH_DURATION);
  const event = {
    ...requestEvent(transaction, { id: sw.parts.stack.mint.callName(), user: name, domain }),
    type: "publish",
    package: PRESENCE,
    expiresSeconds: seconds.ok ? seconds.value : PUBLISH_DURATION.min,
    body: toText(request.body),
  } as const;
  askScript(sw, transaction, { asked: script, event, parse: parseAccess }, (said) => {
    if (said.type === "refused") refuse(sw, transaction, { status: said.code });
    else if (said.type === "said" && said.value.type === "reject") refuse(sw, transaction, refusalOf(said.value));
    else publish(sw, publications, transaction, user.value);
  });
}

/** Who it is, and whether it is himself whom he speaks for; whoever else is meant, the answer is the same. */
function publisherOf(sw: Switch, transaction: ServerTransaction): Result<Resource, RequestRefusal> {
  const { request } = transaction;
  const { identity, directory } = sw.parts;
  const event = readEvent(request.headers, PRESENCE);
  if (!event.ok) return event;
  if (event.value.name !== PRESENCE) return fail(badEvent(PRESENCE));
  const domain = domainOf(sw, request.requestUri);
  if (domain === undefined) return fail({ status: 403 });
  const who = identity.ofRegistrant(transaction, domain);
  if (who.type !== "user") return fail(who.type === "refused" ? who : { status: 403 });
  const [name] = namesOf(sw, request.requestUri);
  const isOwn = name !== undefined && directory.findUser(domain, name) === who.user;
  return isOwn ? ok({ domain, name: who.user }) : fail({ status: 403 });
}

function publish(sw: Switch, publications: Publications, transaction: ServerTransaction, user: Resource): void {
  const asked = readPublish(transaction.request, user, publications);
  if (!asked.ok) {
    refuse(sw, transaction, asked.problem);
    return;
  }
  const { stack } = sw.parts;
  const fields = done(publications, user, asked.value);
  stack.reply(transaction, 200, { toTag: stack.mint.tag(), fields });
}

/** RFC 3903 §6 step 7: every answer has a new entity-tag, unless nothing is left. */
function done(publications: Publications, user: Resource, asked: AskedPublication): HeaderField[] {
  switch (asked.type) {
    case "remove":
      if (asked.publication !== undefined) publications.remove(asked.publication);
      return [["Expires", "0"]];
    case "add":
      return fieldsOf(publications.add(user, asked.state, asked.seconds), asked.seconds);
    case "refresh":
      return fieldsOf(publications.refresh(asked.publication, asked.state, asked.seconds), asked.seconds);
  }
}

function fieldsOf(etag: string, seconds: number): HeaderField[] {
  return [
    ["Expires", String(seconds)],
    ["SIP-ETag", etag],
  ];
}
