import type { ComponentChildren } from "preact";

export type Tone = "good" | "warn" | "bad" | "info" | "neutral";

/** A word about a state. The word says it; the colour only helps. */
export function Badge({ tone = "neutral", children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}
