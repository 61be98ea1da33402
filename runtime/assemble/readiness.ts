/**
 * Whether this version could go on where another one is now, as far as that can be told while the other one serves: it
 * only reads what is the other one's.
 */
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../base/errors.ts";
import type { HandedSockets } from "../base/handed-sockets.ts";
import type { Config } from "../config/config.ts";
import { isLocked } from "../recovery/folder-lock.ts";
import { isOurFormat } from "../recovery/read-calls.ts";
import { SegmentFiles } from "../recovery/segment-files.ts";
import { expandWildcards } from "../sip/transport/listen-address.ts";
import { checkAddress } from "../sip/transport/port-check.ts";
import { schemaOfDatabase } from "../storage/inspect-database.ts";

export interface Readiness {
  /** The database is brought to what this version knows once it is ours. */
  readonly isNewSchema: boolean;
}

/** Throws `ConfigError`, and then nothing has changed. */
export async function checkReadiness(config: Config, handed: HandedSockets): Promise<Readiness> {
  if (!isLocked(config.data)) throw refused(`no switch runs on ${config.data}: another \`data\` takes a restart`);
  const { schema, known } = schemaOfDatabase(join(config.data, "strowger.sqlite"));
  if (schema > known)
    throw refused(`a newer version wrote the database (its schema is ${schema}, this one knows ${known})`);
  checkJournal(config.data);
  for (const listen of expandWildcards(config.listen, networkInterfaces())) {
    if (!handed.has(listen)) await checkAddress(listen);
  }
  const { address, port } = config.http.listen;
  if (!handed.has({ transport: "http", address, port })) await checkAddress({ transport: "tcp", address, port });
  return { isNewSchema: schema < known };
}

/** What is written down differently is not understood, and every call would be lost. */
function checkJournal(data: string): void {
  const files = new SegmentFiles(join(data, "calls"));
  for (const number of files.numbers()) {
    if (!isOurFormat(files.head(number)))
      throw refused(
        "it writes calls down in another way, and would lose those that are up: strowger drain --wait, then restart",
      );
  }
}

function refused(why: string): ConfigError {
  return new ConfigError("config-invalid", why);
}
