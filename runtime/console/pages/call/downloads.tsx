/** The call to be taken along: as a capture, as a drawing, as a link. */
import { useSignal } from "@preact/signals";
import { path } from "../../api/path.ts";
import { Button } from "../../components/button.tsx";
import type { Ladder } from "./ladder/ladder-model.ts";
import { layoutOf } from "./ladder/layout.ts";
import { svgDocument } from "./ladder/svg-document.ts";

/** As wide as a page of paper is at this size of text. */
const DRAWING_WIDTH = 1000;
const COPIED_MS = 1500;

interface DownloadsProps extends Ladder {
  readonly id: string;
  /** What stands above the drawing. */
  readonly heading: string;
}

export function Downloads({ id, heading, lanes, entries }: DownloadsProps) {
  const isCopied = useSignal(false);
  const draw = () => {
    const text = svgDocument(layoutOf(lanes, entries, DRAWING_WIDTH), heading);
    save(new Blob([text], { type: "image/svg+xml" }), `${id}.svg`);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, COPIED_MS);
  };
  return (
    <>
      {window.isSecureContext && <Button onClick={copy}>{isCopied.value ? "Copied" : "Copy link"}</Button>}
      <Button onClick={draw}>SVG</Button>
      <a class="button" href={path`/v1/calls/${id}/pcap`} download={`${id}.pcap`}>
        PCAP
      </a>
    </>
  );
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
