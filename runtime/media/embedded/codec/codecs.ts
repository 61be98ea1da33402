/** The codecs that there are here, best first. Three are built in; Opus comes with an optional package. */
import type { CodecName } from "../../../port/media.ts";
import type { AudioCodec } from "./codec.ts";
import { g722 } from "./g722.ts";
import { loadOpus } from "./opus.ts";
import { pcma } from "./pcma.ts";
import { pcmu } from "./pcmu.ts";

/** What is there without any package. */
export const builtInCodecs: ReadonlyMap<CodecName, AudioCodec> = byName([g722, pcma, pcmu]);

/** All that can be had here. */
export async function loadCodecs(): Promise<ReadonlyMap<CodecName, AudioCodec>> {
  const opus = await loadOpus();
  return opus === null ? builtInCodecs : byName([opus, ...builtInCodecs.values()]);
}

function byName(codecs: readonly AudioCodec[]): ReadonlyMap<CodecName, AudioCodec> {
  return new Map(codecs.map((codec) => [codec.name, codec]));
}
