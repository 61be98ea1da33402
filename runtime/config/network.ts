/** Addresses and networks in the configuration. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { type Network, parseNetwork } from "../contract/network.ts";

export const networkSchema = z.string().transform((text, context): Network => {
  const network = parseNetwork(text);
  if (network !== undefined) return network;
  const message = `expected an address or a network such as 192.0.2.0/24, found ${describeValue(text)}`;
  context.issues.push({ code: "custom", message, input: text });
  return z.NEVER;
});
