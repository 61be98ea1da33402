/**
 * Requests within dialogs of others that began through the switch (RFC 3261 §16.12): they come by the Record-Route that we
 * wrote, and go to the other end. Towards a user of ours over the flow on which that user is; from a user of ours
 * wherever the Route or the Request-URI says. So nobody gets further than the dialog goes.
 */
import type { ProxyRefusal } from "../../sip/proxy/checks.ts";
import type { ForwardTarget } from "../../sip/proxy/order.ts";
import { endsOf, type Passage } from "../../sip/proxy/proxy.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Switch } from "../switch.ts";
import { withoutCredentials } from "./outside.ts";

/** RFC 5626 §11.6: the way to that end is gone. */
const FLOW_FAILED: ProxyRefusal = { status: 430 };

/** Takes a request that belongs to such a dialog; `false`: it belongs to none. */
export function relayWithin(sw: Switch, transaction: ServerTransaction): boolean {
  const { proxy } = sw.parts;
  const { request } = transaction;
  if (!proxy.isWithinRelayed(request)) return false;
  const passage = proxy.passageOf(request);
  if (!passage.ok) {
    proxy.refuse(transaction, passage.problem);
    return true;
  }
  const target = targetOf(sw, transaction, passage.value);
  if ("status" in target) proxy.refuse(transaction, target);
  else proxy.forward(transaction, passage.value, [[target]], { fields: withoutCredentials(sw, request) });
  return true;
}

function targetOf(sw: Switch, transaction: ServerTransaction, passage: Passage): ForwardTarget | ProxyRefusal {
  const { stack, identity } = sw.parts;
  const { request, flow } = transaction;
  if (passage.dialog === null) return { status: 481 };
  const { sender, receiver } = endsOf(passage.dialog, request);
  if (receiver !== null) {
    return stack.isOpen(receiver) ? { uri: passage.uri, hop: { type: "flow", flow: receiver } } : FLOW_FAILED;
  }
  // Only the user of ours at this end may go where it likes, and nobody else may say that it is that user.
  if (sender !== null && isSameEnd(sender, flow)) return byUri(passage.uri);
  const who = identity.ofCaller(transaction);
  if (who.type === "refused") return who;
  return who.type === "user" ? byUri(passage.uri) : { status: 403 };
}

function byUri(uri: string): ForwardTarget {
  return { uri, hop: { type: "uri", uri } };
}

function isSameEnd(one: Flow, other: Flow): boolean {
  if (one.transport !== other.transport || one.remoteAddress !== other.remoteAddress) return false;
  return one.transport === "udp" ? one.remotePort === other.remotePort : one.connection === other.connection;
}
