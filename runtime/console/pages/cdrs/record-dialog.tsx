import type { CdrBody } from "../../../contract/call-api.ts";
import { CdrView } from "../../calls/cdr-view.tsx";
import { Recordings } from "../../calls/recordings.tsx";
import { Dialog } from "../../components/dialog.tsx";

interface RecordDialogProps {
  readonly cdr: CdrBody;
  /** Why the ladder of the call is not shown; or `null`. */
  readonly why: string | null;
  onClose(): void;
}

/** A record with its fields explained, and what was recorded. */
export function RecordDialog({ cdr, why, onClose }: RecordDialogProps) {
  return (
    <Dialog title="Call detail record" size="large" onClose={onClose}>
      <div class="body stack">
        {why !== null && <p class="quiet">{why}</p>}
        <CdrView cdr={cdr} />
        <Recordings callId={cdr.id} none="Nothing was recorded." />
      </div>
    </Dialog>
  );
}
