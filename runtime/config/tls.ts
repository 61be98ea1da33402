/** `tls` and `websocket` of `strowger.yaml`: certificates of listeners and connections, and whose pages may connect. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";
import { isHostName } from "./address.ts";
import type { ConfiguredTls } from "./config.ts";

const MAX_NAMES = 1000;
const MAX_ORIGINS = 1000;

/** Of a file in PEM; where it is not absolute, it is relative to the configuration file. */
const file = z.string().min(1).max(4096);

const serverName = z
  .string()
  .toLowerCase()
  .refine((text) => isHostName(text.replace(/^\*\./, "")), {
    error: (issue) => `expected a name such as sip.example.com or *.example.com, found ${describeValue(issue.input)}`,
  });

/** Files that belong together, and name each other's absence. */
export const tlsSchema = z
  .strictObject({
    cert: file.optional(),
    key: file.optional(),
    servers: z
      .array(z.strictObject({ name: serverName, cert: file, key: file }))
      .max(MAX_NAMES)
      .default([]),
    clientCertificates: z.enum(["none", "request", "require"]).default("none"),
    ca: file.nullable().default(null),
    minVersion: z.enum(["TLSv1.2", "TLSv1.3"]).default("TLSv1.2"),
    verify: z.boolean().default(true),
  })
  .transform(({ cert, key, ...rest }, context): ConfiguredTls => {
    if ((cert === undefined) !== (key === undefined)) {
      const [there, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
      context.issues.push({ code: "custom", message: `a ${there} goes with a ${missing}`, input: cert ?? key });
    }
    if (rest.clientCertificates !== "none" && rest.ca === null) {
      const message = "names the authority of the clients' certificates, and is needed to ask for them";
      context.issues.push({ code: "custom", path: ["ca"], message, input: null });
    }
    for (const [index, { name }] of rest.servers.entries()) {
      if (rest.servers.findIndex((other) => other.name === name) < index) {
        context.issues.push({
          code: "custom",
          path: ["servers", index, "name"],
          message: "this name stands twice",
          input: name,
        });
      }
    }
    return { ...rest, identity: cert === undefined || key === undefined ? null : { cert, key } };
  });

/** As browsers tell it (RFC 6454 §7): scheme, host, and the port where it is not the default one. */
const origin = z
  .string()
  .toLowerCase()
  .refine(isOrigin, {
    error: (issue) => `expected an origin such as https://phone.example.com, found ${describeValue(issue.input)}`,
  });

export const webSocketSchema = z.strictObject({ origins: z.array(origin).max(MAX_ORIGINS).nullable().default(null) });

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
