import { Badge } from "../../../components/badge.tsx";
import { visibleLine } from "../../../components/visible-text.ts";
import { type Codec, type MediaLine, meaningOfDirection, readSdp } from "./sdp.ts";

/** What a session description offers, or takes: a block for each media line. */
export function SdpView({ text }: { readonly text: string }) {
  const { origin, media, others } = readSdp(text);
  return (
    <div class="stack">
      {media.map((line, index) => (
        <MediaView key={index} line={line} />
      ))}
      <dl class="facts small">
        {origin !== null && (
          <>
            <dt>Made by</dt>
            <dd class="mono">{visibleLine(origin)}</dd>
          </>
        )}
        <Attributes values={others} />
      </dl>
    </div>
  );
}

function MediaView({ line }: { readonly line: MediaLine }) {
  const { kind, port, protocol, address, codecs, direction, isRefused, others } = line;
  return (
    <section class="call-media">
      <h4 class="row">
        {visibleLine(kind)}
        {isRefused ? <Badge tone="bad">refused: port 0</Badge> : <Badge tone="info">{direction}</Badge>}
      </h4>
      <dl class="facts small">
        {!isRefused && (
          <>
            <dt>Direction</dt>
            <dd>This side {meaningOfDirection(direction)}.</dd>
          </>
        )}
        <dt>Send it to</dt>
        <dd class="mono">
          {visibleLine(address === null ? port : `${address}:${port}`)}{" "}
          <span class="quiet">{visibleLine(protocol)}</span>
        </dd>
        <dt>Codecs</dt>
        <dd>
          <ol class="call-codecs">
            {codecs.map((codec, index) => (
              <CodecView key={index} codec={codec} />
            ))}
          </ol>
        </dd>
        <Attributes values={others} />
      </dl>
    </section>
  );
}

/** In the order in which they are wanted. */
function CodecView({ codec: { payload, name, parameters } }: { readonly codec: Codec }) {
  return (
    <li>
      <strong>{visibleLine(name ?? payload)}</strong>{" "}
      {name !== null && <span class="quiet">payload type {visibleLine(payload)}</span>}
      {parameters !== null && <span class="quiet mono"> · {visibleLine(parameters)}</span>}
    </li>
  );
}

function Attributes({ values }: { readonly values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <>
      <dt>Attributes</dt>
      <dd class="mono">
        {values.map((value, index) => (
          <div key={index}>{visibleLine(value)}</div>
        ))}
      </dd>
    </>
  );
}
