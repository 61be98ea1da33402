import { Dialog } from "../../components/dialog.tsx";
import type { Entry } from "./entries.ts";

interface ValueDialogProps {
  readonly entry: Entry;
  onClose(): void;
}

/** All of a value: in the table it may be cut short. */
export function ValueDialog({ entry: { path, text, source }, onClose }: ValueDialogProps) {
  return (
    <Dialog title={path} onClose={onClose}>
      <dl class="body facts">
        <dt>Is</dt>
        <dd>
          <code>{text}</code>
        </dd>
        <dt>From</dt>
        <dd>{source}</dd>
      </dl>
    </Dialog>
  );
}
