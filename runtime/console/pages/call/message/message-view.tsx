/** A message explained: its start line, each header, its body; and as it was on the wire. */
import { useSignal } from "@preact/signals";
import { CodeBlock } from "../../../components/code-block.tsx";
import { timeText } from "../../../components/format.ts";
import { Tabs } from "../../../components/tabs.tsx";
import { visibleLine, visibleText } from "../../../components/visible-text.ts";
import type { Lane } from "../ladder/lanes.ts";
import { type MessageEntry, titleOf } from "../ladder/message-entries.ts";
import { laneTitle, offsetText } from "../ladder/words.ts";
import { meaningOfHeader, titleOfHeader } from "./header-meanings.ts";
import type { Meaning } from "./meaning.ts";
import { SdpView } from "./sdp-view.tsx";
import { headerOf, type SipMessage } from "./sip-message.ts";
import { meaningOfStart } from "./start-line-meanings.ts";

interface MessageViewProps {
  readonly entry: MessageEntry;
  readonly lane: Lane | undefined;
  /** When the call began, ISO 8601. */
  readonly startedAt: string;
}

export function MessageView({ entry, lane, startedAt }: MessageViewProps) {
  const shown = useSignal<"explained" | "raw">("explained");
  const { item, message, copy, copies, missing } = entry;
  const party = lane === undefined ? item.leg : laneTitle(lane);
  const [from, to] = item.direction === "in" ? [party, "Switch"] : ["Switch", party];
  const at = new Date(Date.parse(startedAt) + item.ms);
  return (
    <article class="call-detail stack">
      <header>
        <h2 class="wrap">{visibleLine(titleOf(entry))}</h2>
        <p class="quiet wrap">
          {visibleLine(`${from} → ${to}`)} · {item.peer} ·{" "}
          <time dateTime={at.toISOString()} title={at.toISOString()}>
            {timeText(at.toISOString(), new Date())}
          </time>
          , {offsetText(item.ms)} after the call began
        </p>
        {copies > 1 && (
          <p class="warn">
            {copy === 1 ? `Sent ${copies} times` : `Sent again: ${copy} of ${copies}`}. The answer was lost on its way,
            or came late.
          </p>
        )}
        {missing !== null && <p class="bad">No {missing} has come within 32 seconds.</p>}
      </header>
      <Tabs
        label="How the message is shown"
        tabs={[
          { id: "explained", title: "Explained" },
          { id: "raw", title: "As it was sent" },
        ]}
        selected={shown}
      />
      {shown.value === "raw" ? <Raw text={item.text} /> : <Explained message={message} />}
    </article>
  );
}

/** The switch tells no more of one. */
const CUT = /…$/;

function Raw({ text }: { readonly text: string }) {
  return (
    <>
      <CodeBlock label="The message as it was sent" text={visibleText(text)} />
      {CUT.test(text) && <p class="quiet">The switch shows the first 4,096 characters; the capture has all of it.</p>}
    </>
  );
}

function Explained({ message }: { readonly message: SipMessage }) {
  const { line, start, headers, body } = message;
  const meaning = start === null ? undefined : meaningOfStart(start);
  return (
    <>
      <dl class="call-headers">
        <Line name={start?.type === "response" ? "Status" : "Request"} value={line} meaning={meaning} />
        {headers.map(({ name, value }, index) => (
          <Line key={index} name={titleOfHeader(name)} value={value} meaning={meaningOfHeader(name)} />
        ))}
      </dl>
      {body.trim() !== "" && <Body message={message} />}
    </>
  );
}

interface LineProps {
  readonly name: string;
  readonly value: string;
  readonly meaning: Meaning | undefined;
}

function Line({ name, value, meaning }: LineProps) {
  return (
    <>
      <dt>
        {visibleLine(name)}
        {meaning !== undefined && <span class="quiet small"> {meaning.source}</span>}
      </dt>
      <dd class="mono">{visibleLine(value)}</dd>
      <dd class="quiet small">{meaning?.text ?? "Not one of the standard headers."}</dd>
    </>
  );
}

function Body({ message }: { readonly message: SipMessage }) {
  const type = headerOf(message, "content-type");
  const isSdp = /^application\/sdp\b/i.test(type);
  return (
    <section class="stack">
      <h3>{isSdp ? "Session description" : `Body: ${visibleLine(type) || "of a kind that is not said"}`}</h3>
      {isSdp ? <SdpView text={message.body} /> : <CodeBlock label="Body" text={visibleText(message.body)} />}
    </section>
  );
}
