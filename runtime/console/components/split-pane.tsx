import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

interface SplitPaneProps {
  /** Read aloud for what divides them. */
  readonly label: string;
  readonly first: ComponentChildren;
  readonly second: ComponentChildren;
  /** Share of the first, in percent. @default 50 */
  readonly percent?: number;
}

const [LEAST, MOST, STEP] = [15, 85, 5];

/** Two panes side by side, or one above the other on a small screen; what is between them is moved by pointer or arrow keys. */
export function SplitPane({ label, first, second, percent = 50 }: SplitPaneProps) {
  const share = useSignal(percent);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const set = (value: number) => {
    share.value = Math.min(MOST, Math.max(LEAST, value));
  };
  const drag = (event: PointerEvent) => {
    const divider = event.currentTarget as HTMLElement;
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || !divider.hasPointerCapture(event.pointerId)) return;
    const isBeside = getComputedStyle(frame.current as Element).flexDirection === "row";
    set(isBeside ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100);
  };
  return (
    <div class="split" ref={frame}>
      <div class="pane" id={id} style={{ flexBasis: `${share.value}%` }}>
        {first}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be moved. */}
      <div
        class="divider"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-controls={id}
        aria-valuenow={Math.round(share.value)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          set(share.value + step);
        }}
      />
      <div class="pane rest">{second}</div>
    </div>
  );
}
