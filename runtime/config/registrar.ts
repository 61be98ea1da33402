/** `nat`, `edges` and `serviceRoute`: what stands between phones and the switch. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { parseNetwork } from "../contract/network.ts";

const MAX_EDGES = 1000;

export const natSchema = z.strictObject({
  keepAliveSeconds: z
    .union([z.literal(0), z.int().min(5).max(300)], { error: "expected 5 to 300 seconds, or 0: never" })
    .default(30),
});

export const edgesSchema = z
  .array(
    z.string().transform((text, context) => {
      const network = parseNetwork(text);
      if (network !== undefined) return network;
      const message = `expected an address or a network such as 192.0.2.0/24, found ${describeValue(text)}`;
      context.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    }),
  )
  .max(MAX_EDGES);

export const serviceRouteSchema = z.boolean();
