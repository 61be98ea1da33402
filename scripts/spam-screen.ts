/**
 * Keeps robots and nuisances off: numbers on the block list are refused, and who shows no number must press 5 first, which
 * machines do not. Our own phones pass.
 * Set up: a route with the extensions that it protects: `{ name: screened, to: "1XX", script: spam-screen }`. The block list
 * is kv: `npx strowger kv put spam-screen block:+4930123456 '"silence on the line"'`; `kv list spam-screen` shows it.
 *
 *   curl -T scripts/spam-screen.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/spam-screen
 */
import {
  type Call,
  type Decision,
  forward,
  gather,
  hangup,
  kv,
  phone,
  play,
  reject,
  type Script,
  voicemail,
} from "strowger";

const KEY = "5";

export default {
  async invite(call) {
    if (call.user !== null) return connect(call);
    // What is no number, or too long for one, is as good as none.
    const number = await phone.e164(call.from.user).catch(() => null);
    if (number === null) return challenge();
    // Where the store cannot be asked, better one call too many than one too few.
    const why = await kv.get(`block:${number}`).catch(() => undefined);
    if (why === undefined) return connect(call);
    console.log(`refused ${number}: ${why}`);
    return reject(603);
  },

  // No key, or a wrong one: the plan goes on, to its end.
  gathered: (call, { digits }) => (digits === KEY ? connect(call) : undefined),
} satisfies Script;

function challenge(): Decision[] {
  const words = `This number takes no calls without a caller's number. To be connected, press ${KEY}.`;
  return [gather({ say: words, timeoutSeconds: 8, retries: 1 }), play("vm-goodbye"), hangup()];
}

function connect({ to }: Call): Decision[] {
  return [forward(to.user, { ringSeconds: 25 }), voicemail(to.user)];
}
