/**
 * An auto attendant with opening hours and holidays: a menu while it is open, else a word on when it opens, and voicemail.
 * Set up: a route with the number; users, hours and holidays below. To close at once, whatever the time:
 * `npx strowger kv put office-hours closed true`, and to be open again `npx strowger kv delete office-hours closed`.
 *
 *   curl -T scripts/office-hours.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/office-hours
 */
import { type Decision, forward, gather, hours, kv, type Script, say, voicemail } from "strowger";

const timeZone = "Europe/Berlin";
const office = hours({
  timeZone,
  week: { "mon-thu": ["09:00-12:30", "13:30-18:00"], fri: "09:00-16:00" },
  holidays: { "01-01": "closed", "12-24": "09:00-12:00", "12-25": "closed", "12-26": "closed", "2027-03-26": "closed" },
});

const operator: Decision[] = [forward("alice", { ringSeconds: 20 }), voicemail("alice")];
const departments: Record<string, Decision[]> = {
  "0": operator,
  "1": [forward(["alice", "bob"], { ringSeconds: 20 }), voicemail("alice")],
  "2": [forward("bob", { ringSeconds: 20 }), voicemail("bob")],
};

export default {
  async invite() {
    // Where the store cannot be asked, the hours count.
    const isShut = (await kv.get("closed").catch(() => false)) === true;
    if (isShut || !office.isOpen()) return [say(closed(isShut ? null : office.opensAt())), voicemail("alice")];
    const menu = "Welcome. For sales, press 1. For support, press 2. For the operator, press 0.";
    return [gather({ say: menu, retries: 1 }), ...operator];
  },

  // No key, or one that leads nowhere: the plan goes on, to the operator.
  gathered: (_call, { digits }) => departments[digits],
} satisfies Script;

function closed(opensAt: Date | null): string {
  if (opensAt === null) return "We are closed at the moment.";
  const day = opensAt.toLocaleDateString("en", { timeZone, weekday: "long", month: "long", day: "numeric" });
  const time = opensAt.toLocaleTimeString("en", { timeZone, hour: "numeric", minute: "2-digit" });
  return `We are closed. We are here again on ${day}, at ${time}.`;
}
