/**
 * Click to call: a button on a web page rings the user's own phone, and once that is answered, the number.
 * Set up: a token for whoever has the button, `npx strowger secret put click-to-call TOKEN`; for numbers outside (`+49…`)
 * `npx strowger env set click-to-call GATEWAY=gw.example.net`. It needs no route. The button does:
 * `curl -d '{"user": "alice", "number": "+4930123456"}' -H "Authorization: Bearer THE-TOKEN" 127.0.0.1:8080/x/click-to-call/`
 *
 *   curl -T scripts/click-to-call.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/click-to-call
 */
import { calls, env, forward, type HttpEvent, OperationError, type Script, secrets } from "strowger";

const statuses: Record<string, number> = { "not-found": 404, conflict: 409, forbidden: 403, "too-many-calls": 429 };

export default {
  async http(event) {
    const token = await secrets.get("TOKEN").catch(() => null);
    if (token === null) return { status: 503, body: "The secret TOKEN is not set." };
    if (event.headers.authorization !== `Bearer ${token}`) return { status: 401, body: "Send the token." };
    if (event.method !== "POST" || event.path !== "/") return { status: 404 };
    const asked = read(event);
    if (asked === null) return { status: 400, body: 'Send {"user": "alice", "number": "+4930123456"}.' };
    const isOutside = asked.number.startsWith("+");
    if (isOutside && env.GATEWAY === undefined) return { status: 503, body: "GATEWAY is not set." };
    const target = isOutside ? `sip:${asked.number}@${env.GATEWAY}` : asked.number;
    try {
      const { id } = await calls.originate({ from: asked.user, to: forward(target), callerId: asked.number });
      return Response.json({ id }, { status: 201 });
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return { status: statuses[error.code] ?? 503, body: error.message };
    }
  },

  ended(call, { cdr }) {
    console.log(`${call.user} and ${call.to.user}: ${cdr.result}, ${Math.round(cdr.seconds)} s`);
  },
} satisfies Script;

/** What is asked for; `null`: it is not understood. */
function read({ body }: HttpEvent): { user: string; number: string } | null {
  try {
    const { user = "", number = "" } = JSON.parse(body);
    const asked = { user: String(user), number: String(number) };
    return /^[\w.-]{1,64}$/.test(asked.user) && /^\+?\d{2,15}$/.test(asked.number) ? asked : null;
  } catch {
    return null;
  }
}
