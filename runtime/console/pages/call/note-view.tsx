/** What a script or the switch did between two messages: all that is known of it. */
import { type ComponentChildren, Fragment } from "preact";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { ScriptLink } from "../../calls/script-link.tsx";
import { CodeBlock, JsonBlock } from "../../components/code-block.tsx";
import { millisecondsText } from "../../components/format.ts";
import { visibleLine, visibleText } from "../../components/visible-text.ts";
import { type NoteEntry, placeOf, tookText } from "./ladder/notes.ts";
import { offsetText } from "./ladder/words.ts";
import { qualityOf } from "./quality.ts";

interface NoteViewProps {
  readonly entry: NoteEntry;
  readonly script: string;
  readonly version: number;
}

export function NoteView({ entry, script, version }: NoteViewProps) {
  return (
    <article class="call-detail stack">
      <header>
        <h2 class="wrap">{visibleLine(entry.title)}</h2>
        <p class="quiet">{offsetText(entry.item.ms)} after the call began</p>
      </header>
      <Content entry={entry} script={script} version={version} />
    </article>
  );
}

function Content({ entry: { item, text }, script, version }: NoteViewProps) {
  switch (item.type) {
    case "event":
      return (
        <>
          <p>
            Event {item.event} of the call went to the handler <code>{item.handler}</code> of{" "}
            <ScriptLink script={script} version={item.version} />.
          </p>
          <Part title="What the script was told">
            <JsonBlock label="The event" value={item.data} />
          </Part>
          <Part title="call.state before">
            <JsonBlock label="The state" value={item.state} />
          </Part>
        </>
      );
    case "decision":
      return (
        <>
          <p>
            The handler <code>{item.handler}</code> of event {item.event} took {millisecondsText(item.wallMs)}, of which{" "}
            {millisecondsText(item.cpuMs)} on the processor.
          </p>
          {item.message !== undefined && <p class="bad wrap">{visibleLine(`${item.outcome}: ${item.message}`)}</p>}
          {item.outcome === "returned" && (
            <Part title="What it decided">
              <JsonBlock label="The decision" value={item.decision} />
            </Part>
          )}
          {item.state !== undefined && (
            <Part title="call.state from now on">
              <JsonBlock label="The state" value={item.state} />
            </Part>
          )}
        </>
      );
    case "operation":
      return (
        <>
          <p>
            Operation {item.number} of event {item.event}:{" "}
            {item.durationMs === null ? "no answer has come" : `answered in ${tookText(item.durationMs)}`}.
          </p>
          <Part title="Asked with">
            <JsonBlock label="The arguments" value={item.args} />
          </Part>
          {item.outcome !== "unanswered" && (
            <Part title={item.outcome === "failed" ? "It failed" : "It gave"}>
              <JsonBlock label="The result" value={item.result} />
            </Part>
          )}
        </>
      );
    case "console":
      return <CodeBlock label="What the script printed" text={visibleText(item.text)} />;
    case "fault": {
      const { fault } = item;
      return (
        <>
          <p class="bad wrap">{visibleLine(`${fault.reason}: ${fault.message}`)}</p>
          <p>
            In the handler <code>{item.handler}</code>
            {placeOf(fault) !== null && (
              <>
                {" "}
                at <FaultPlace script={script} version={version} fault={fault} />
              </>
            )}
            .
          </p>
          {fault.stack !== undefined && (
            <Part title="Where it came from">
              <CodeBlock label="The stack" text={visibleText(fault.stack)} />
            </Part>
          )}
        </>
      );
    }
    case "fact":
      return <Fact what={item.what} text={text} />;
  }
}

function Fact({ what, text }: { readonly what: string; readonly text: string }) {
  const quality = what === "audio-ended" ? qualityOf(text) : null;
  if (quality === null) return text === "" ? null : <p class="wrap">{visibleLine(text)}</p>;
  return (
    <dl class="facts">
      {quality.map(({ name, value, meaning }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            {value} <span class="quiet small">{meaning}</span>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="stack">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

interface FaultPlaceProps {
  readonly script: string;
  readonly version: number;
  readonly fault: {
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    readonly column?: number | undefined;
  };
}

function FaultPlace({ script, version, fault }: FaultPlaceProps) {
  const { file, line } = fault;
  const place = <code>{placeOf(fault)}</code>;
  if (file === undefined) return place;
  const to = path`/scripts/${script}/files/${file}`;
  return canOpen(to) ? <a href={`${to}?version=${version}&line=${line ?? 1}`}>{place}</a> : place;
}
