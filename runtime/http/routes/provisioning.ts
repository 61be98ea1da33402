/** `/v1/users/{name}/provisioning` and `/v1/provisioning/{token}`: sets up a phone by a link that works once. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { isoTime } from "../../base/iso-time.ts";
import { randomText } from "../../base/random.ts";
import { nameSchema } from "../../contract/page.ts";
import { provisioningInputSchema, provisioningSchema } from "../../contract/provisioning-api.ts";
import { downloadHeaders, sendBytes } from "../download.ts";
import { linphoneConfig } from "../linphone-config.ts";
import { RequestProblem } from "../problem.ts";
import { defineRoute, download, json, type Route } from "../route.ts";

const PASSWORD_CHARACTERS = 20;
const XML = "application/xml";
const nothing = z.strictObject({});
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

export const provisioningRoutes: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/users/{name}/provisioning",
    scopes: ["users:write"],
    summary:
      "Give a user a new password, and make a link that sets up a phone with it, once and within 15 minutes; the user's other phones need the password as well",
    params: z.object({ name: nameSchema }),
    query: nothing,
    body: { type: "json", schema: provisioningInputSchema },
    responses: { 201: json(provisioningSchema) },
    async handler({ params: { name }, body, headers, socket }, { users, provisioning, sipAccess }) {
      const user = users.get(name);
      if (user === undefined) throw new RequestError("not-found", `There is no user "${name}".`);
      provisioning.admit();
      const host = hostOf(headers.host);
      const isSecure = "encrypted" in socket || (headers.origin ?? "").startsWith("https://");
      const password = body.password ?? randomText(PASSWORD_CHARACTERS);
      await users.put({ name, password });
      const { server, domain } = sipAccess(host.replace(/:\d+$/, ""));
      const account = { user: name, domain, password, server, displayName: user.displayName };
      const { token, expiresAt } = provisioning.create(account);
      const warnings = [
        ...(LOOPBACK.test(host)
          ? [`A phone does not reach ${host}: open the console by an address that it reaches.`]
          : []),
        ...(isSecure ? [] : ["The link is not over TLS: whoever listens on the way reads the password."]),
      ];
      const url = `${isSecure ? "https" : "http"}://${host}/v1/provisioning/${token}`;
      return { status: 201, body: { url, expiresAt: isoTime(expiresAt), account, warnings } };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/provisioning/{token}",
    scopes: "public",
    summary: "The account of a link as Linphone's configuration, to whoever opens it first",
    params: z.object({ token: nameSchema }),
    query: nothing,
    responses: { 200: download(XML) },
    handler({ params: { token }, socket }, { provisioning, throttle }) {
      const address = socket.remoteAddress ?? "";
      throttle.refuse(address);
      if (!provisioning.has(token)) {
        throttle.fail(address);
        throw new RequestProblem("gone", "This link has been opened already, or is too old: make another one.");
      }
      return {
        status: 200,
        // Not before somebody really gets it: a HEAD opens nothing.
        open(response) {
          const account = provisioning.take(token);
          if (account === undefined) {
            response.writeHead(410, downloadHeaders({ media: XML, name: "gone.xml" })).end();
            return;
          }
          sendBytes(response, Buffer.from(linphoneConfig(account)), { media: XML, name: "linphone.xml" });
        },
      };
    },
  }),
];

/** As the caller has reached us: a phone on the same network gets there too. */
function hostOf(header: string | undefined): string {
  if (header !== undefined && /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(header)) return header.toLowerCase();
  throw new RequestProblem("invalid-request", "The Host header names no host that a phone could reach.");
}
