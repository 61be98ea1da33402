/** How the switch does, in a row of small charts. */
import { millisecondsText, numberText } from "../../components/format.ts";
import { type Series, Sparkline } from "../../components/sparkline.tsx";
import { answeredOf, type Figures } from "./figures.ts";
import { SLOTS, useFigures } from "./use-figures.ts";

/** Of which the share of answered calls is told: a minute. */
const ANSWERED_READINGS = 12;

export function FigureStrip() {
  const history = useFigures().value;
  const now = history.at(-1);
  if (now === undefined) return <section class="live-figures" aria-label="Figures" aria-busy="true" />;
  const answered = answeredOf(history.slice(-ANSWERED_READINGS));
  const faults = history.slice(-ANSWERED_READINGS).reduce((total, { scriptFaults }) => total + scriptFaults, 0);
  const trunks = now.trunksUp + now.trunksDown.length;
  const of = (pick: (figures: Figures) => number | null): Series => ({ values: history.map(pick) });
  return (
    <section class="live-figures" aria-label="Figures">
      <Figure title="Calls" value={numberText(now.calls)} series={[of(({ calls }) => calls)]} />
      <Figure
        title="New calls"
        value={now.callsPerSecond === null ? "–" : `${numberText(now.callsPerSecond, 1)}/s`}
        series={[of(({ callsPerSecond }) => callsPerSecond)]}
      />
      <Figure
        title="Answered"
        value={answered.percent === null ? "–" : `${numberText(answered.percent)} %`}
        note={answered.ended === 0 ? "none ended in a minute" : `of ${numberText(answered.ended)} in a minute`}
        series={[of(({ answeredPercent }) => answeredPercent)]}
        max={100}
      />
      <Figure
        title="Script answers"
        value={now.script95Ms === null ? "–" : millisecondsText(now.script95Ms)}
        note={now.scriptMedianMs === null ? "no events" : `95 %; half ${millisecondsText(now.scriptMedianMs)}`}
        series={[of(({ script95Ms }) => script95Ms), { values: history.map((one) => one.scriptMedianMs), color: 3 }]}
      />
      <Figure
        title="Script faults"
        value={numberText(faults)}
        note="in a minute"
        tone={faults > 0 ? "bad" : ""}
        series={[{ values: history.map(({ scriptFaults }) => scriptFaults), color: 2 }]}
      />
      <Figure
        title="Registrations"
        value={numberText(now.registrations)}
        series={[of(({ registrations }) => registrations)]}
      />
      <Figure
        title="Trunks up"
        value={trunks === 0 ? "none" : `${now.trunksUp} of ${trunks}`}
        note={now.trunksDown.length === 0 ? "" : `down: ${now.trunksDown.join(", ")}`}
        tone={now.trunksDown.length > 0 ? "bad" : ""}
        series={[of(({ trunksUp }) => trunksUp)]}
      />
    </section>
  );
}

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: "bad" | "";
  readonly series: readonly Series[];
  readonly max?: number;
}

function Figure({ title, value, note = "", tone = "", series, max }: FigureProps) {
  return (
    <div class="live-figure panel">
      <h2>{title}</h2>
      <p class={`value ${tone}`}>{value}</p>
      <Sparkline
        label={`${title}: ${value}; the last five minutes`}
        slots={SLOTS}
        series={series}
        {...(max === undefined ? {} : { max })}
      />
      <p class="note quiet" title={note}>
        {note}
      </p>
    </div>
  );
}
