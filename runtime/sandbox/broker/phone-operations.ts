/** The operations of `phone` (`sdk/phone.ts`). */
import type { PhoneNumber } from "../../../sdk/phone.ts";
import { phoneArgs } from "../../contract/phone-operations.ts";
import { type OperationModule, operation } from "./operation.ts";

/** `homeCountry`: where numbers without a country's code are dialled. */
export function phoneOperations(
  parse: (text: string, country: string) => PhoneNumber | null,
  homeCountry: () => string,
): OperationModule {
  return {
    parse: operation(phoneArgs.parse, (_context, { text, country = homeCountry() }) => parse(text, country)),
  };
}
