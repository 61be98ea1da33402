import type { Jump } from "./code/workspace.ts";

interface PlaceButtonProps {
  readonly place: Jump;
  onPlace(jump: Jump): void;
}

/** `front-desk.ts:12:5`: leads into the editor. */
export function PlaceButton({ place, onPlace }: PlaceButtonProps) {
  return (
    <button type="button" class="scripts-place mono" onClick={() => onPlace(place)}>
      {place.file}:{place.line}:{place.column}
    </button>
  );
}
