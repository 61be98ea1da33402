/** `tracing`: what traces tell, where an OpenTelemetry SDK collects them. */
import { z } from "zod";

export const tracingSchema = z.strictObject({
  personal: z.boolean().default(false),
  fetch: z.boolean().default(true),
});
