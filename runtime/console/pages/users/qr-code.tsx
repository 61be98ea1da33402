import { useMemo } from "preact/hooks";
import { qrOutline } from "./qr.ts";

interface QrCodeProps {
  readonly text: string;
  /** Read aloud: what it is for. */
  readonly label: string;
}

/** Dark on light in either appearance: not every camera takes it the other way. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => qrOutline(text), [text]);
  return (
    <svg class="users-qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <rect width={size} height={size} />
      <path d={path} />
    </svg>
  );
}
