/**
 * A table of any length: only the rows in sight are rendered, the head stays. One row has the focus; arrow keys, Home, End,
 * PageUp and PageDown move it, Enter opens it.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { roved } from "./roving.ts";
import { useMeasured } from "./use-measured.ts";
import { visibleRows } from "./visible-rows.ts";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** In CSS: `90px`, `20%`. @default a share of what is left */
  readonly width?: string;
  readonly align?: "right";
  /** The screen below which it is left out. */
  readonly hiddenBelow?: "medium" | "narrow";
  /** The head is a button that sorts by it. */
  readonly isSortable?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sort {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

interface TableProps<Row> {
  /** Read aloud: what is in it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Enter or a click on a row. */
  readonly onOpen?: (row: Row) => void;
  readonly rowClass?: (row: Row) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  /** In place of rows where there are none. */
  readonly empty: ComponentChildren;
  /** The last row has come near: time to load more. */
  readonly onEnd?: () => void;
}

const ROW_HEIGHT = 30;
const FIRST_HEIGHT = 600;

export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, columns, keyOf, onOpen, rowClass, empty, onEnd } = props;
  const frame = useRef<HTMLDivElement>(null);
  const scroll = useSignal({ top: 0, height: FIRST_HEIGHT });
  /** The row with the focus by its key: rows come and go around it. */
  const active = useSignal<string | null>(null);
  const mustFocus = useRef(false);

  useMeasured(frame, ({ scrollTop: top, clientHeight: height }) => {
    scroll.value = { top, height };
  });

  const { from, to, above, below } = visibleRows(rows.length, ROW_HEIGHT, scroll.value.top, scroll.value.height);
  useEffect(() => {
    if (rows.length > 0 && to === rows.length) onEnd?.();
  }, [to, rows.length]);
  const activeIndex = active.value === null ? -1 : rows.findIndex((row) => keyOf(row) === active.value);
  const tabStop = activeIndex >= from && activeIndex < to ? activeIndex : from;

  useLayoutEffect(() => {
    if (!mustFocus.current) return;
    mustFocus.current = false;
    frame.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${activeIndex + 2}"]`)?.focus({ preventScroll: true });
  });

  const move = (event: KeyboardEvent) => {
    const index = Number((event.target as HTMLElement).getAttribute("aria-rowindex") ?? 0) - 2;
    const row = rows[index];
    if (row === undefined) return;
    if (event.key === "Enter") {
      onOpen?.(row);
      return;
    }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") return;
    const next = roved(event.key, index, rows.length, Math.max(1, Math.floor(scroll.value.height / ROW_HEIGHT) - 2));
    const target = next === undefined ? undefined : rows[next];
    if (target === undefined || next === undefined) return;
    event.preventDefault();
    show(frame.current, next);
    mustFocus.current = true;
    active.value = keyOf(target);
  };

  return (
    <div class="table" ref={frame}>
      <table aria-label={label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ id, width, hiddenBelow = "" }) => (
            <col key={id} class={hiddenBelow} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <Head {...props} />
        <tbody onKeyDown={move}>
          {above > 0 && <Gap height={above} />}
          {rows.slice(from, to).map((row, offset) => {
            const index = from + offset;
            const key = keyOf(row);
            const classes = [onOpen === undefined ? "" : "opens", rowClass?.(row) ?? ""].join(" ").trim();
            return (
              <tr
                key={key}
                class={classes}
                aria-rowindex={index + 2}
                tabIndex={index === tabStop ? 0 : -1}
                onFocus={() => {
                  active.value = key;
                }}
                onClick={onOpen === undefined ? undefined : (event) => isPlainClick(event) && onOpen(row)}
              >
                {columns.map(({ id, align, hiddenBelow = "", cell }) => (
                  <td key={id} class={`${hiddenBelow} ${align === "right" ? "number" : ""}`.trim()}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <Gap height={below} />}
        </tbody>
      </table>
      {rows.length === 0 && empty}
    </div>
  );
}

function Head<Row>({ columns, sort, onSort }: TableProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ id, title, align, hiddenBelow = "", isSortable = false }) => {
          const direction = sort?.column === id ? sort.direction : undefined;
          const other = direction === "ascending" ? "descending" : "ascending";
          return (
            <th
              key={id}
              scope="col"
              class={`${hiddenBelow} ${align === "right" ? "number" : ""}`.trim()}
              aria-sort={isSortable ? (direction ?? "none") : undefined}
            >
              {isSortable ? (
                <button type="button" onClick={() => onSort?.({ column: id, direction: other })}>
                  {title}
                  <span aria-hidden="true">
                    {direction === undefined ? "" : direction === "ascending" ? " ▲" : " ▼"}
                  </span>
                </button>
              ) : (
                title
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** Rows that are not rendered. */
function Gap({ height }: { readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without tabindex takes no focus.
    <tr aria-hidden="true" class="gap">
      <td style={{ height: `${height}px` }} />
    </tr>
  );
}

/** Brings a row into sight, below the head that stays. */
function show(frame: HTMLElement | null, index: number): void {
  if (frame === null) return;
  const top = index * ROW_HEIGHT;
  const room = frame.clientHeight - 2 * ROW_HEIGHT;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top > frame.scrollTop + room) frame.scrollTop = top - room;
}

/** Not on a link or a button in the row, and not where text was selected. */
function isPlainClick(event: MouseEvent): boolean {
  const isOnControl = event.target instanceof Element && event.target.closest("a, button, input, [role=menu]") !== null;
  return !isOnControl && getSelection()?.isCollapsed !== false;
}
