/** `nat`, `edges` and `serviceRoute`: what stands between phones and the switch. */
import { z } from "zod";
import { networkSchema } from "./network.ts";

const MAX_EDGES = 1000;

export const natSchema = z.strictObject({
  keepAliveSeconds: z.union([z.literal(0), z.int().min(5).max(300)]).default(30),
});

export const edgesSchema = z.array(networkSchema).max(MAX_EDGES);

export const serviceRouteSchema = z.boolean();
