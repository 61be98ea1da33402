import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Tells what is in sight of an element that scrolls: at first, and with each change of its size or place. */
export function useMeasured(frame: RefObject<HTMLElement | null>, measure: (element: HTMLElement) => void): void {
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const tell = () => measure(element);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    element.addEventListener("scroll", tell, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", tell);
    };
  }, []);
}
