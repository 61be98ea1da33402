/** Routes in the order in which they are tried; moved by dragging, or by the buttons of each. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { RouteBody } from "../../../contract/resource-api.ts";
import { path } from "../../api/path.ts";
import { canOpen } from "../../app/pages.ts";
import { Badge } from "../../components/badge.tsx";
import { Menu } from "../../components/menu.tsx";
import { visibleLine } from "../../components/visible-text.ts";
import { matchParts } from "./match-words.ts";
import { movable, moved } from "./order.ts";

interface RouteListProps {
  readonly routes: readonly RouteBody[];
  /** The one that takes the call which was tried. */
  readonly taken: string | null;
  /** Nothing is offered to whoever may only read. */
  readonly isEditable: boolean;
  onOrder(names: readonly string[]): Promise<void>;
  onEdit(route: RouteBody): void;
  onRemove(route: RouteBody): void;
}

export function RouteList({ routes, taken, isEditable, onOrder, onEdit, onRemove }: RouteListProps) {
  const dragged = useSignal<string | null>(null);
  const over = useSignal<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  /** The button that was pressed keeps the focus where its route has gone. */
  const focused = useRef<{ readonly name: string; readonly way: "up" | "down" } | null>(null);
  const names = movable(routes);
  useLayoutEffect(() => {
    if (focused.current === null) return;
    const { name, way } = focused.current;
    focused.current = null;
    const row = [...(list.current?.children ?? [])].find((item) => item.getAttribute("data-route") === name);
    const buttons = [...(row?.querySelectorAll<HTMLButtonElement>("[data-way]") ?? [])].filter((one) => !one.disabled);
    (buttons.find((one) => one.dataset.way === way) ?? buttons[0])?.focus();
  }, [routes]);

  const move = (name: string, way: "up" | "down") => {
    focused.current = { name, way };
    void onOrder(moved(names, name, names.indexOf(name) + (way === "up" ? -1 : 1)));
  };
  const drop = (target: string) => {
    const name = dragged.value;
    dragged.value = null;
    over.value = null;
    if (name !== null && name !== target) void onOrder(moved(names, name, names.indexOf(target)));
  };
  return (
    <ol class="routes-list" aria-label="Routes" ref={list}>
      {routes.map((route) => {
        const { name, managed, position } = route;
        const isMovable = isEditable && !managed;
        const classes = [name === taken ? "taken" : "", name === over.value ? "over" : ""].join(" ").trim();
        return (
          <li
            key={name}
            data-route={name}
            class={classes}
            draggable={isMovable}
            onDragStart={(event) => {
              dragged.value = name;
              event.dataTransfer?.setData("text/plain", name);
            }}
            onDragOver={(event) => {
              if (dragged.value === null || !isMovable) return;
              event.preventDefault();
              over.value = name;
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (isMovable) drop(name);
            }}
            onDragEnd={() => {
              dragged.value = null;
              over.value = null;
            }}
          >
            <span class="routes-place quiet">{position}</span>
            <div class="routes-what">
              <p class="row">
                <strong class="wrap">{name}</strong>
                {managed && <Badge>strowger.yaml</Badge>}
                {route.public && <Badge tone="warn">for everybody</Badge>}
                {name === taken && <Badge tone="good">takes the call</Badge>}
              </p>
              <Match route={route} />
            </div>
            <Target route={route} />
            {isMovable && (
              <div class="routes-act">
                <Mover way="up" name={name} isAtEnd={names[0] === name} onMove={move} />
                <Mover way="down" name={name} isAtEnd={names.at(-1) === name} onMove={move} />
                <Menu
                  label={`Actions for the route ${name}`}
                  items={[
                    { title: "Edit", onSelect: () => onEdit(route) },
                    { title: "Remove", isDangerous: true, onSelect: () => onRemove(route) },
                  ]}
                />
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Match({ route }: { readonly route: RouteBody }) {
  const parts = matchParts(route.match);
  if (parts.length === 0) return <p class="quiet">every call</p>;
  return (
    <p class="wrap">
      {parts.map(({ words, value }, index) => (
        <span key={words}>
          {index > 0 && <span class="quiet"> and </span>}
          <span class="quiet">{words}</span> <code>{value}</code>
        </span>
      ))}
    </p>
  );
}

function Target({ route: { script, fallback } }: { readonly route: RouteBody }) {
  const page = path`/scripts/${script}`;
  const types = fallback.map((one) => visibleLine(String((one as { readonly type?: unknown }).type ?? "?")));
  return (
    <div class="routes-target">
      <p class="wrap">
        <span class="quiet">script</span> {canOpen(page) ? <a href={page}>{script}</a> : script}
      </p>
      <p class="quiet small wrap" title={visibleLine(JSON.stringify(fallback))}>
        {types.length === 0 ? "refused with 500 where it fails" : `${types.join(", ")} where it fails`}
      </p>
    </div>
  );
}

interface MoverProps {
  readonly way: "up" | "down";
  readonly name: string;
  readonly isAtEnd: boolean;
  onMove(name: string, way: "up" | "down"): void;
}

function Mover({ way, name, isAtEnd, onMove }: MoverProps) {
  return (
    <button
      type="button"
      class="icon-button"
      data-way={way}
      disabled={isAtEnd}
      aria-label={`Move ${name} ${way}`}
      onClick={() => onMove(name, way)}
    >
      {way === "up" ? "↑" : "↓"}
    </button>
  );
}
