/** Mends recordings that were broken off by a crash: gives the header the lengths that the file has. */
import { type FileHandle, open } from "node:fs/promises";
import { fail, ok, type Result } from "../../base/result.ts";
import { RIFF_SIZE_AT, riffSize, wavMs } from "./wav-format.ts";
import type { WavLayout } from "./wav-layout.ts";
import { layoutOf } from "./wav-reader.ts";

/** Before the audio stands its length, in 4 octets. */
const SIZE_BYTES = 4;

/**
 * Mends the file where it has to be, on the disk when it resolves; says how many milliseconds of audio it has, or why it
 * is no recording. A file that is whole is not touched.
 */
export async function repairWav(file: string): Promise<Result<number, string>> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, "r+");
    const layout = await layoutOf(handle.fd);
    if (!layout.ok) return layout;
    if (layout.value.isBrokenOff) await mend(handle, layout.value);
    return ok(wavMs(layout.value.format, layout.value.dataBytes));
  } catch (error) {
    return fail(`the file cannot be mended: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await handle?.close().catch(() => {});
  }
}

async function mend(handle: FileHandle, { dataStart, dataBytes }: WavLayout): Promise<void> {
  // Half a frame at the end goes; audio of an odd length is followed by an octet that fills up.
  await handle.truncate(dataStart + dataBytes + (dataBytes & 1));
  await writeSize(handle, dataBytes, dataStart - SIZE_BYTES);
  await writeSize(handle, riffSize(dataStart, dataBytes), RIFF_SIZE_AT);
  await handle.datasync();
}

async function writeSize(handle: FileHandle, size: number, at: number): Promise<void> {
  const octets = Buffer.alloc(SIZE_BYTES);
  octets.writeUInt32LE(size);
  await handle.write(octets, 0, SIZE_BYTES, at);
}
