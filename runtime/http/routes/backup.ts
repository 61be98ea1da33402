/** `/v1/backup`: a copy of all that the switch keeps, taken while it runs. */
import { z } from "zod";
import { backupQuery } from "../../contract/operation-api.ts";
import { downloadHeaders } from "../download.ts";
import { defineRoute, download, type Route } from "../route.ts";

const MEDIA = "application/gzip";
const PATH = "/v1/backup";
/** A client that takes nothing for so long is gone. */
const STALLED_MS = 60_000;

export const backupRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: PATH,
    scopes: ["admin"],
    summary:
      "Database, mailboxes and what else is in the data folder as one archive (tar, gzip), for `strowger restore`",
    params: z.object({}),
    query: backupQuery,
    responses: { 200: download(MEDIA) },
    async handler({ query, caller }, { backups, audit, log }) {
      const backup = await backups.begin(query);
      // Whoever has it has the digests of all passwords: it is kept who that is, though nothing is changed.
      const what = Object.entries(query).filter(([, isWanted]) => isWanted);
      audit.note({
        actor: caller.name,
        action: `GET ${PATH}`,
        target: PATH,
        result: what.length === 0 ? null : `with ${what.map(([name]) => name).join(", ")}`,
        status: 200,
        problem: null,
        source: null,
      });
      return {
        status: 200,
        open(response) {
          response.setTimeout(STALLED_MS, () => response.destroy());
          response.writeHead(200, downloadHeaders({ media: MEDIA, name: backup.name }));
          backup.writeTo(response).then(
            () => log.info("A backup has been written", { token: caller.name }),
            (error: unknown) => log.error("A backup could not be written to its end", { error, token: caller.name }),
          );
        },
        abandon: () => backup.abandon(),
      };
    },
  }),
];
