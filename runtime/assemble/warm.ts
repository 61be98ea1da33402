/**
 * What takes long to make and needs nothing of the data folder: made first, so that a process that takes another one's
 * place keeps nobody waiting for it.
 */
import type { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { Builder } from "../deploy/builder.ts";
import { findWalls } from "../deploy/walls.ts";
import { createEmbeddedPlane, type EmbeddedPlane } from "../media/embedded/embedded-plane.ts";
import type { ScriptObserver } from "../observe/script-observer.ts";
import type { Operations } from "../port/sandbox.ts";
import type { Concealment } from "../port/script-data.ts";
import { createSandbox, type ScriptSandbox } from "../sandbox/sandbox.ts";
import { ConcealedTexts } from "../script-data/concealed-texts.ts";
import { Certificates } from "../sip/transport/tls/certificates.ts";
import { startStorageWorker } from "../storage/sqlite.ts";

export interface Warm {
  readonly certificates: Certificates;
  readonly plane: EmbeddedPlane;
  readonly sandbox: ScriptSandbox;
  readonly concealment: Concealment;
  readonly observer: ScriptObserver;
  readonly builder: Builder;
  readonly storageWorker: Worker;
  /** What scripts may ask of the switch: known before the first of them runs. */
  offer(operations: Operations): void;
}

/** Throws `ConfigError` where a certificate cannot be used. */
export async function warmUp(parts: {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly observer: ScriptObserver;
  readonly inspectPort: number | undefined;
}): Promise<Warm> {
  const { config, clock, log, observer, inspectPort } = parts;
  const { media } = config;
  const storageWorker = startStorageWorker();
  const certificates = await Certificates.open(config.tls, clock, log);
  const concealment = new ConcealedTexts();
  let operations: Operations | null = null;
  const sandbox = createSandbox({
    limits: config.limits.script,
    operations: { run: (...asked) => operations?.run(...asked) },
    concealment,
    inspect: inspectPort !== undefined,
    listener: observer,
    log,
    clock,
  });
  const [plane, walls] = await Promise.all([
    createEmbeddedPlane({
      ports: { from: media.ports.first, to: media.ports.last },
      ...(media.workers === null ? {} : { workers: media.workers }),
      clock,
      log,
      country: media.country,
      codecs: media.codecs,
    }),
    findWalls(log),
    sandbox.start(),
  ]);
  return {
    certificates,
    plane,
    sandbox,
    concealment,
    observer,
    builder: new Builder(clock, walls),
    storageWorker,
    offer(known) {
      operations = known;
    },
  };
}
