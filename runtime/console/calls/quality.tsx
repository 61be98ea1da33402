/** How the audio of a live call is, in a word: the score of the side that is heard worst. The rest is in the title. */
import type { SideQualityBody } from "../../contract/call-quality-api.ts";
import { Badge } from "../components/badge.tsx";
import { scoreText, sideText, toneOf, worstMos } from "./side-quality.ts";

export function Quality({ sides }: { readonly sides: readonly SideQualityBody[] }) {
  if (sides.length === 0) {
    return (
      <span class="quiet" title="The audio goes directly between the phones">
        direct
      </span>
    );
  }
  const mos = worstMos(sides);
  const title = sides.map(sideText).join("\n");
  return <span title={title}>{mos === null ? <span class="quiet">–</span> : <Score mos={mos} />}</span>;
}

export function Score({ mos }: { readonly mos: number }) {
  return <Badge tone={toneOf(mos)}>{scoreText(mos)}</Badge>;
}
