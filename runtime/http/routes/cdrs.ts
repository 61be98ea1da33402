/** `/v1/cdrs`: call detail records. */
import { z } from "zod";
import { RequestError } from "../../base/errors.ts";
import { cdrFilter, cdrQuery, cdrSchema } from "../../contract/call-api.ts";
import { nameSchema, pageOf } from "../../contract/page.ts";
import type { CdrQuery } from "../../port/store.ts";
import { writeCdrs } from "../cdr-csv.ts";
import { downloadHeaders } from "../download.ts";
import { defineRoute, download, json, type Route } from "../route.ts";

const CSV = "text/csv; charset=utf-8";
/** A client that takes nothing for so long is gone. */
const STALLED_MS = 60_000;

export const cdrRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/cdrs",
    scopes: ["cdrs:read"],
    summary: "Search call detail records, newest first",
    params: z.object({}),
    query: cdrQuery,
    responses: { 200: json(pageOf(cdrSchema)) },
    async handler({ query: { limit, cursor, ...filter } }, { cdrs }) {
      const page = await cdrs.search({ limit, ...(cursor === undefined ? {} : { cursor }), ...filterOf(filter) });
      return { status: 200, body: page };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cdrs.csv",
    scopes: ["cdrs:read"],
    summary: "The same records as a CSV file, all of them, newest first",
    params: z.object({}),
    query: cdrFilter,
    responses: { 200: download(CSV) },
    handler({ query }, { cdrs, log }) {
      return {
        status: 200,
        open(response) {
          response.setTimeout(STALLED_MS, () => response.destroy());
          response.writeHead(200, downloadHeaders({ media: CSV, name: "calls.csv" }));
          writeCdrs(response, cdrs, filterOf(query)).catch((error: unknown) => {
            // It has been promised whole: a connection that is cut tells that it is not.
            response.destroy();
            log.error("Call records could not be written to their end", { error });
          });
        },
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/cdrs/{id}",
    scopes: ["cdrs:read"],
    summary: "Show the record of an ended call",
    params: z.object({ id: nameSchema }),
    query: z.strictObject({}),
    responses: { 200: json(cdrSchema) },
    async handler({ params: { id } }, { cdrs }) {
      const cdr = await cdrs.get(id);
      if (cdr === undefined) throw new RequestError("not-found", `There is no record of a call ${id}.`);
      return { status: 200, body: cdr };
    },
  }),
];

function filterOf(filter: z.output<typeof cdrFilter>): Omit<CdrQuery, "limit" | "cursor"> {
  const { from, to, script, trunk, result, since, until } = filter;
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(script === undefined ? {} : { script }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(result === undefined ? {} : { result }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}
