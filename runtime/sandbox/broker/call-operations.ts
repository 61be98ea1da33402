/** The operations of `calls` (`sdk/calls.ts`): a script sees the calls of its domain, and steers those that run on itself. */
import type { LiveCall } from "../../../sdk/calls.ts";
import { callArgs } from "../../contract/call-operations.ts";
import type { CallFilter, ScriptCalls } from "../../port/calls.ts";
import type { OperationContext } from "../../port/sandbox.ts";
import type { CallSummary } from "../../port/switch.ts";
import { type OperationModule, operation } from "./operation.ts";
import { OperationFailure } from "./operation-failure.ts";

interface AskedFilter {
  readonly user?: string;
  readonly tag?: Readonly<Record<string, string>>;
}

export function callOperations(calls: ScriptCalls): OperationModule {
  const inDomain = ({ domain }: OperationContext, id: string): CallSummary | undefined => {
    const call = calls.get(id);
    return call?.domain === domain ? call : undefined;
  };
  /** The call may run on another version of the script than the one that asks. */
  const own = (context: OperationContext, id: string): string => {
    if (inDomain(context, id)?.script === context.ref.script) return id;
    throw new OperationFailure("not-found", `there is no call "${id}" that runs on this script; it may have ended`);
  };
  return {
    list: operation(callArgs.list, ({ domain }, { limit, ...asked }) => {
      return calls.find(toFilter(domain, asked), limit).map(toLiveCall);
    }),
    count: operation(callArgs.count, ({ domain }, asked) => calls.count(toFilter(domain, asked))),
    get: operation(callArgs.get, (context, { id }) => {
      const call = inDomain(context, id);
      return call === undefined ? null : toLiveCall(call);
    }),
    hangUp: operation(callArgs.hangUp, (context, { id, reason }) => {
      calls.hangUp(own(context, id), reason, "switch");
    }),
    decide: operation(callArgs.decide, (context, { id, decision }) => {
      calls.decide(own(context, id), decision);
    }),
    originate: operation(callArgs.originate, ({ ref: { script }, domain, mayLeave = true }, asked) => {
      return toLiveCall(calls.originate({ ...asked, script }, { script, domain, mayLeave }));
    }),
  };
}

function toFilter(domain: string, { user, tag }: AskedFilter): CallFilter {
  return { domain, ...(user === undefined ? {} : { user }), ...(tag === undefined ? {} : { tags: tag }) };
}

function toLiveCall(call: CallSummary): LiveCall {
  const { id, direction, state, from, to, user, script, version, startedAt, ringingAt, answeredAt, seconds } = call;
  const { legs, tags } = call;
  const parties = { id, direction, state, from, to, user, script, version };
  return { ...parties, startedAt, ringingAt, answeredAt, seconds, legs, tags };
}
