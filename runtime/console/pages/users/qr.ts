/** A QR code (ISO/IEC 18004) as the outline of its dark modules, for a `<path>`. */
import qrcode from "qrcode-generator";

/** Light modules that scanners want around it. */
const QUIET = 4;

export interface QrOutline {
  /** Of the `viewBox`, in modules, with the quiet zone. */
  readonly size: number;
  readonly path: string;
}

/** Throws where the text is longer than a code can hold (some 2,300 characters). */
export function qrOutline(text: string): QrOutline {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const runs: string[] = [];
  for (let row = 0; row < count; row++) {
    for (let from = 0; from < count; from++) {
      if (!code.isDark(row, from)) continue;
      let to = from;
      while (to < count && code.isDark(row, to)) to++;
      runs.push(`M${from + QUIET} ${row + QUIET}h${to - from}v1H${from + QUIET}z`);
      from = to;
    }
  }
  return { size: count + 2 * QUIET, path: runs.join("") };
}
