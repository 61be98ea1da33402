/** The operations of `secrets` (`sdk/secrets.ts`): the secrets of the script that asks, and no others. */
import { secretArgs } from "../../contract/script-data-operations.ts";
import type { Concealment, ScriptSecrets } from "../../port/script-data.ts";
import { type OperationModule, operation } from "./operation.ts";
import { OperationFailure } from "./operation-failure.ts";
import type { Turnstile } from "./turnstile.ts";

/** `concealment` is told of each value before the script has it. */
export function secretOperations(
  secrets: Pick<ScriptSecrets, "reveal">,
  domain: string,
  turnstile: Turnstile,
  concealment: Pick<Concealment, "conceal">,
): OperationModule {
  return {
    get: operation(secretArgs.get, ({ ref: { script } }, args) =>
      turnstile.pass(script, args, async () => {
        const value = await secrets.reveal({ domain, script }, args.name);
        if (value === undefined) {
          const advice = `set it with: strowger secret put ${script} ${args.name}`;
          throw new OperationFailure("not-found", `there is no secret "${args.name}"; ${advice}`);
        }
        concealment.conceal(script, value);
        return value;
      }),
    ),
  };
}
