/**
 * Shows who calls: asks an address book over HTTP for the name that goes with the number. A second at most: where it does not
 * answer, or knows nobody, the phone rings all the same, with what the caller has sent.
 * Set up: `npx strowger env set number-lookup CRM_URL=https://crm.example.com/callers`, which gets `?number=+4930123456` and
 * answers `{"name": "Greta"}`; its token: `npx strowger secret put number-lookup CRM_TOKEN`; its host in `strowger.yaml`:
 * `fetch: { hosts: [crm.example.com] }`; a route with the extensions: `to: "1XX"`.
 *
 *   curl -T scripts/number-lookup.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/number-lookup
 */
import { env, forward, phone, type Script, secrets, voicemail } from "strowger";

const RING_SECONDS = 25;
/** Ringing waits for the answer. */
const PATIENCE_MS = 1000;
const MOST_CHARACTERS = 60;

export default {
  async invite({ from, to }) {
    const name = await nameOf(from.user);
    const shown = name === null ? {} : { callerName: name };
    return [forward(to.user, { ringSeconds: RING_SECONDS, ...shown }), voicemail(to.user)];
  },
} satisfies Script;

async function nameOf(caller: string): Promise<string | null> {
  try {
    const number = await phone.e164(caller);
    if (number === null || env.CRM_URL === undefined) return null;
    const headers = { Authorization: `Bearer ${await secrets.get("CRM_TOKEN")}` };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(`${env.CRM_URL}?number=${encodeURIComponent(number)}`, { headers, signal });
    if (!answer.ok) return null;
    const { name } = (await answer.json()) as { name?: unknown };
    const shown = String(name ?? "")
      .replaceAll(/\p{Cc}+/gu, " ")
      .trim()
      .slice(0, MOST_CHARACTERS);
    return shown === "" ? null : shown;
  } catch (error) {
    console.warn(`nobody was looked up: ${error}`);
    return null;
  }
}
