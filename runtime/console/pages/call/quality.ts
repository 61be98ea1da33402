/** How the audio of a side was, read from what the switch says when it ends. Pure. */

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

const ENDED =
  /^(\w+): (\d+) packets sent, (\d+) received, (\d+) lost, jitter ([\d.]+) ms(?:, round trip ([\d.]+) ms)?(?:, MOS ([\d.]+))?$/;

/** `callee: 120 packets sent, 118 received, 2 lost, jitter 3.1 ms, round trip 12 ms, MOS 4.2`; `null` for anything else. */
export function qualityOf(text: string): readonly Figure[] | null {
  const [, side, sent, received, lost, jitter, roundTrip, mos] = ENDED.exec(text) ?? [];
  if (side === undefined || sent === undefined) return null;
  const expected = Number(received) + Number(lost);
  const share = expected === 0 ? 0 : (Number(lost) / expected) * 100;
  const figures: Figure[] = [
    { name: "Side", value: side, meaning: "Whose audio this was." },
    { name: "Sent", value: `${sent} packets`, meaning: "By the switch to this side." },
    { name: "Received", value: `${received} packets`, meaning: "By the switch from this side." },
    { name: "Lost", value: `${lost} (${share.toFixed(1)} %)`, meaning: "From 1 % on it is heard." },
    { name: "Jitter", value: `${jitter} ms`, meaning: "How unevenly packets came. From about 30 ms on it is heard." },
  ];
  const trip = { name: "Round trip", meaning: "There and back. Above 300 ms people talk at the same time." };
  if (roundTrip !== undefined) figures.push({ ...trip, value: `${roundTrip} ms` });
  const score = { name: "MOS", meaning: "As people would rate it, estimated: 4.4 at best, bad below 3.6." };
  if (mos !== undefined) figures.push({ ...score, value: mos });
  return figures;
}
