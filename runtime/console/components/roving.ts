/** Where arrow keys lead in a list of which one thing has the focus; `undefined`: it is no such key. */
export function roved(key: string, index: number, length: number, page = 10): number | undefined {
  if (length === 0) return undefined;
  const to = target(key, index, length, page);
  return to === undefined ? undefined : Math.min(Math.max(to, 0), length - 1);
}

function target(key: string, index: number, length: number, page: number): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return index + 1;
    case "ArrowUp":
    case "ArrowLeft":
      return index - 1;
    case "PageDown":
      return index + page;
    case "PageUp":
      return index - page;
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return undefined;
  }
}
