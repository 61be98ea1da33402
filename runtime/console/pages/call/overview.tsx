/** What stands beside the ladder as long as nothing of it is open: who was tried, how the audio was, and how to read it. */
import type { ComponentChildren } from "preact";
import { Attempts } from "../../calls/attempts.tsx";
import { Recordings } from "../../calls/recordings.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { AudioNow } from "./audio-now.tsx";
import type { Entry } from "./ladder/ladder-model.ts";
import { legsOf, type Standing } from "./use-standing.ts";

interface OverviewProps {
  readonly id: string;
  readonly standing: Standing;
  readonly entries: readonly Entry[];
  onSelect(n: number): void;
}

export function Overview({ id, standing, entries, onSelect }: OverviewProps) {
  const legs = legsOf(standing);
  const audio = entries.filter((entry) => entry.type === "note" && entry.kind === "audio");
  // A decision that came to nothing has a fault that says why.
  const problems = entries.filter(
    (entry) => entry.type === "note" && entry.tone === "bad" && entry.kind !== "decision",
  );
  return (
    <div class="call-detail stack">
      {problems.length > 0 && (
        <Section title="What went wrong">
          <Links entries={problems} onSelect={onSelect} />
        </Section>
      )}
      {legs.length > 0 && (
        <Section title="Who was called">
          <Attempts legs={legs} />
        </Section>
      )}
      <AudioNow standing={standing} />
      {audio.length > 0 && (
        <Section title="Audio at the switch">
          <Links entries={audio} onSelect={onSelect} />
        </Section>
      )}
      <Recordings callId={id} />
      <Legend />
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Links({ entries, onSelect }: Pick<OverviewProps, "entries" | "onSelect">) {
  return (
    <ul class="call-links">
      {entries.map((entry) => (
        <li key={entry.item.n}>
          <button type="button" class="link wrap" onClick={() => onSelect(entry.item.n)}>
            {entry.type === "note" && visibleLine(`${entry.title}: ${entry.text}`)}
          </button>
        </li>
      ))}
    </ul>
  );
}

const SIGNS: readonly (readonly [path: string, name: string, text: string])[] = [
  ["M0 8H34", "request shaft", "A request"],
  ["M0 8H34", "answer class-2 shaft", "An answer to one"],
  ["M0 8H34", "request again shaft", "Sent again: the other side had not answered in time"],
  ["M12 3L22 13M22 3L12 13", "cross", "What should have followed has not come"],
];
const HEADS: Readonly<Record<string, string>> = {
  "request shaft": "M34 8m-8 -4.5l8 4.5l-8 4.5Z",
  "answer class-2 shaft": "M34 8m-8 -4.5l8 4.5l-8 4.5",
  "request again shaft": "M34 8m-8 -4.5l8 4.5l-8 4.5Z",
};

function Legend() {
  return (
    <Section title="How to read it">
      <ul class="call-legend ladder">
        {SIGNS.map(([shaft, name, text]) => (
          <li key={text}>
            <svg width="40" height="16" aria-hidden="true">
              <path class={name} d={shaft} />
              {HEADS[name] !== undefined && (
                <path class={name.replace("shaft", name.startsWith("answer") ? "open" : "full")} d={HEADS[name]} />
              )}
            </svg>
            {text}
          </li>
        ))}
      </ul>
      <p class="quiet">
        Time runs down, at the left in seconds since the call began; a torn strip stands for a long silence. Choose a
        message to have it explained. With the keyboard: arrow keys go up and down, Enter opens.
      </p>
    </Section>
  );
}
