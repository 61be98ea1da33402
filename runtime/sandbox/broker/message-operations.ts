/** The operations of `messages` (`sdk/messages.ts`): a script sends texts in the name of its domain. */
import { DEFAULT_TEXT_TYPE, messageArgs } from "../../contract/text-message.ts";
import type { TextSender } from "../../port/text-message.ts";
import { type OperationModule, operation } from "./operation.ts";

export function messageOperations(sender: TextSender): OperationModule {
  return {
    send: operation(
      messageArgs.send,
      ({ domain, mayLeave = true }, { from = null, contentType = DEFAULT_TEXT_TYPE, ...text }) =>
        sender.send({ ...text, from, contentType, domain, mayLeave }),
    ),
  };
}
