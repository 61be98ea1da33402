/** What callers hear before they speak. */
import { useRef } from "preact/hooks";
import type { GreetingsBody } from "../../../contract/voicemail-api.ts";
import { get, send } from "../../api/client.ts";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { can } from "../../app/session.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { say, sayProblem } from "../../components/toast.tsx";

type Greeting = GreetingsBody["items"][number];

const TITLES: Readonly<Record<Greeting["kind"], string>> = {
  unavailable: "Unavailable",
  busy: "Busy",
  temporary: "Temporary, in place of the others",
  name: "Name",
};

export function Greetings({ mailbox }: { readonly mailbox: string }) {
  const greetings = useResource(
    (signal) => get<GreetingsBody>(path`/v1/voicemail/${mailbox}/greetings`, { signal }),
    [mailbox],
  );
  return (
    <LoadedView loaded={greetings.loaded.value}>
      {({ items }) => (
        <ul class="voicemail-greetings" aria-label="Greetings">
          {items.map((greeting) => (
            <GreetingView
              key={greeting.kind}
              mailbox={mailbox}
              greeting={greeting}
              onChange={() => greetings.reload()}
            />
          ))}
        </ul>
      )}
    </LoadedView>
  );
}

interface GreetingViewProps {
  readonly mailbox: string;
  readonly greeting: Greeting;
  onChange(): Promise<void>;
}

function GreetingView({ mailbox, greeting: { kind, isSet }, onChange }: GreetingViewProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const at = path`/v1/voicemail/${mailbox}/greetings/${kind}`;
  const set = async (file: File) => {
    try {
      await send("PUT", at, file, { contentType: "audio/wav" });
      say(`Callers of ${mailbox} hear the new greeting.`);
    } catch (error) {
      sayProblem(error);
    }
    await onChange();
  };
  const remove = async () => {
    await send("DELETE", at);
    say("Callers hear the greeting of the switch.");
    await onChange();
  };
  return (
    <li>
      <p>
        <strong>{TITLES[kind]}</strong>
        {!isSet && <span class="quiet"> · that of the switch</span>}
      </p>
      {isSet && (
        // biome-ignore lint/a11y/useMediaCaption: nobody has written down what is said.
        <audio controls preload="none" src={at} aria-label={`Greeting: ${TITLES[kind]}`} />
      )}
      {can("voicemail:write") && (
        <p class="row">
          <Button onClick={() => chooser.current?.click()}>
            Upload a WAV file<span class="aloud"> for {TITLES[kind]}</span>
          </Button>
          <input
            ref={chooser}
            type="file"
            accept=".wav,audio/wav"
            hidden
            aria-label={`File: ${TITLES[kind]}`}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              event.currentTarget.value = "";
              if (file !== undefined) void set(file);
            }}
          />
          {isSet && (
            <Button
              kind="quiet"
              onClick={() =>
                showDialog((close) => (
                  <ConfirmDialog title="Remove a greeting" action="Remove" onClose={close} onConfirm={remove}>
                    <p>Callers of {mailbox} hear the greeting of the switch in its place.</p>
                  </ConfirmDialog>
                ))
              }
            >
              Remove<span class="aloud"> the greeting {TITLES[kind]}</span>
            </Button>
          )}
        </p>
      )}
    </li>
  );
}
