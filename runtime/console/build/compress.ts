/** Puts a compressed copy beside each file of the page that has something to gain: served as it is, without work at each request. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const LEAST_BYTES = 1024;
/** Above this the best quality takes seconds and gains little. */
const LARGE_BYTES = 256 * 1024;
const [BEST_QUALITY, QUICK_QUALITY] = [11, 6];

export function compressFiles(folder: string): void {
  for (const name of globSync("**/*.{js,css,svg,json,txt,wasm}", { cwd: folder })) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    if (bytes.length < LEAST_BYTES) continue;
    const quality = bytes.length > LARGE_BYTES ? QUICK_QUALITY : BEST_QUALITY;
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
