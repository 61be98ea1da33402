/** The waveform of a recording, and how far it has been heard; a click goes elsewhere. */

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { open } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import { peaksOf, waveformPath } from "./peaks.ts";

const BARS = 160;
/** Four minutes of 16-bit samples at 8 kHz. Longer ones have a player, and no waveform. */
const MOST_BYTES = 4_000_000;
/** As telephones have it: more would only take room. */
const SAMPLE_RATE = 8_000;

interface WaveformProps {
  readonly audio: string;
  readonly player: RefObject<HTMLAudioElement | null>;
}

export function Waveform({ audio, player }: WaveformProps) {
  const isSeen = useSignal(false);
  const drawing = useRef<SVGSVGElement>(null);
  // A recording is fetched once its waveform comes into sight.
  useEffect(() => {
    if (drawing.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) isSeen.value = true;
    });
    observer.observe(drawing.current);
    return () => observer.disconnect();
  }, []);
  const peaks = useResource(async (signal) => (isSeen.value ? readPeaks(audio, signal) : []), [audio, isSeen.value]);
  const heard = useSignal(0);
  useEffect(() => {
    const element = player.current;
    if (element === null) return;
    const note = () => {
      heard.value = element.duration > 0 ? element.currentTime / element.duration : 0;
    };
    element.addEventListener("timeupdate", note);
    element.addEventListener("seeked", note);
    return () => {
      element.removeEventListener("timeupdate", note);
      element.removeEventListener("seeked", note);
    };
  }, [audio]);
  const loaded = peaks.loaded.value;
  const path = useMemo(
    () => (loaded.state === "ready" && loaded.body !== null ? waveformPath(loaded.body) : ""),
    [loaded],
  );
  if (loaded.state === "ready" && loaded.body === null) return <p class="quiet small">Too long for a waveform.</p>;
  // The player beside it tells what is wrong with a recording.
  if (loaded.state === "failed") return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the player beside it does the same by keyboard.
    <svg
      ref={drawing}
      class="voicemail-waveform"
      viewBox={`0 0 ${BARS} 2`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Waveform"
      data-bars={path === "" ? undefined : BARS}
      onClick={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const element = player.current;
        if (element !== null && element.duration > 0) {
          element.currentTime = ((event.clientX - box.left) / box.width) * element.duration;
        }
      }}
    >
      <path d={path} />
      <rect class="voicemail-heard" x={0} y={0} width={heard.value * BARS} height={2} />
    </svg>
  );
}

/** `null`: it is too long to be taken apart in the page. */
async function readPeaks(audio: string, signal: AbortSignal): Promise<readonly number[] | null> {
  const response = await open(audio, {}, signal);
  if (Number(response.headers.get("content-length") ?? Number.POSITIVE_INFINITY) > MOST_BYTES) {
    await response.body?.cancel();
    return null;
  }
  const bytes = await response.arrayBuffer();
  const decoded = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(bytes);
  return peaksOf(decoded.getChannelData(0), BARS);
}
