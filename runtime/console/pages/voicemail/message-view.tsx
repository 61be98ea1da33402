import { useRef } from "preact/hooks";
import type { MailboxBody, VoicemailBody } from "../../../contract/voicemail-api.ts";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { can } from "../../app/session.ts";
import { partyText } from "../../calls/party.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { durationText } from "../../components/format.ts";
import { Time } from "../../components/time.tsx";
import { visibleLine, visibleText } from "../../components/visible-text.ts";
import { EraseDialog, SendCopyDialog } from "./dialogs.tsx";
import { type Act, actsOn } from "./folders.ts";
import { messagePath, move } from "./messages.ts";
import { Waveform } from "./waveform.tsx";

interface MessageViewProps {
  readonly message: VoicemailBody;
  /** The other boxes, which may get a copy. */
  readonly others: readonly MailboxBody[];
  /** Something has become of it. */
  onChange(): Promise<void>;
}

export function MessageView({ message, others, onChange }: MessageViewProps) {
  const { from, fromName, domain, folder, receivedAt, seconds, callId, transcript } = message;
  const player = useRef<HTMLAudioElement>(null);
  const audio = `${messagePath(message)}/audio`;
  const who = visibleLine(partyText(from, domain));
  const call = path`/calls/${callId}`;
  const act = ({ to }: Act) => {
    if (to === "erased")
      showDialog((close) => <EraseDialog message={message} who={who} onDone={onChange} onClose={close} />);
    else void move(message, to, onChange);
  };
  return (
    <li>
      <p class="row">
        <strong class="wrap" title={visibleLine(from)}>
          {fromName === "" ? who : `${visibleLine(fromName)} · ${who}`}
        </strong>
        {folder === "new" && <Badge tone="info">new</Badge>}
        <span class="quiet">
          <Time at={receivedAt} /> · {durationText(seconds)}
        </span>
        {canOpen(call) && (
          <a class="push" href={call}>
            Call
          </a>
        )}
      </p>
      <Waveform audio={audio} player={player} />
      {/* biome-ignore lint/a11y/useMediaCaption: what is said stands below it where it has been written down. */}
      <audio
        ref={player}
        controls
        preload="none"
        src={audio}
        aria-label={`Message of ${who}, ${durationText(seconds)}`}
      />
      {transcript !== null && <p class="voicemail-transcript wrap">{visibleText(transcript)}</p>}
      <p class="row">
        {can("voicemail:write") &&
          actsOn(folder).map((one) => (
            <Button key={one.title} onClick={() => act(one)}>
              {one.title}
            </Button>
          ))}
        {can("voicemail:write") && others.length > 0 && (
          <Button
            onClick={() =>
              showDialog((close) => (
                <SendCopyDialog message={message} others={others} onClose={close} onDone={onChange} />
              ))
            }
          >
            Send a copy
          </Button>
        )}
        <a class="push" href={audio} download={`voicemail-${message.id}.wav`}>
          Download
        </a>
      </p>
    </li>
  );
}
