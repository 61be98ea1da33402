/** What was recorded of a call, to be listened to. */
import type { RecordingBody } from "../../contract/call-api.ts";
import { getAll } from "../api/client.ts";
import { path } from "../api/path.ts";
import { useResource } from "../api/resource.ts";
import { can } from "../app/session.ts";
import { bytesText, durationText } from "../components/format.ts";
import { LoadedView } from "../components/loading.tsx";
import { Time } from "../components/time.tsx";
import "./calls.css";

interface RecordingsProps {
  readonly callId: string;
  /** Shown where there is none. @default nothing */
  readonly none?: string;
}

/** Nothing for whoever may not hear recordings. */
export function Recordings({ callId, none }: RecordingsProps) {
  return can("recordings:read") ? <RecordingList callId={callId} none={none} /> : null;
}

function RecordingList({ callId, none }: { readonly callId: string; readonly none: string | undefined }) {
  const recordings = useResource(
    (signal) => getAll<RecordingBody>(path`/v1/calls/${callId}/recordings`, { signal }),
    [callId],
  );
  return (
    <LoadedView loaded={recordings.loaded.value}>
      {(items) => {
        if (items.length === 0) return none === undefined ? null : <p class="quiet">{none}</p>;
        return (
          <ul class="recordings" aria-label="Recordings">
            {items.map((item) => (
              <RecordingView key={item.id} callId={callId} recording={item} />
            ))}
          </ul>
        );
      }}
    </LoadedView>
  );
}

function RecordingView({ callId, recording }: { readonly callId: string; readonly recording: RecordingBody }) {
  const { id, seconds, bytes, writtenAt } = recording;
  const audio = path`/v1/calls/${callId}/recordings/${id}/audio`;
  return (
    <li>
      <p class="row">
        <Time at={writtenAt} />
        <span class="quiet">
          {durationText(seconds)}, {bytesText(bytes)}
        </span>
        <a class="push" href={audio} download={`${id}.wav`}>
          Download
        </a>
      </p>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what is said. */}
      <audio controls preload="none" src={audio} aria-label={`Recording of ${durationText(seconds)}`} />
    </li>
  );
}
