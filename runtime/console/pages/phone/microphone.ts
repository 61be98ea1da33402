import { INSECURE, microphoneProblem, type Problem } from "./problems.ts";

/** The microphone, or why there is none. Whoever gets it ends its tracks. */
export async function openMicrophone(): Promise<MediaStream | Problem> {
  if (navigator.mediaDevices === undefined) return { code: null, text: INSECURE };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    return microphoneProblem(error instanceof Error ? error.name : String(error));
  }
}
