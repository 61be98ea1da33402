/**
 * An auto attendant of four levels. Where a caller is says the path of keys that led there: a path has a menu, or is an end.
 * Keys count at once, also in the middle of a sentence; `*` goes back. Who presses nothing three times, or three times what
 * leads nowhere, gets the operator. For your own voice in place of `say`, see `prompt` of `gather`. Set up: a route.
 *
 *   curl -T scripts/attendant.ts -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/v1/scripts/attendant
 */
import { type Decision, forward, gather, type Script, voicemail } from "strowger";

const MOST_MISTAKES = 3;
const operator = [forward("alice", { ringSeconds: 20 }), voicemail("alice")];

const menus: Record<string, string> = {
  "": "Welcome. For sales, press 1. For support, press 2. For the operator, press 0.",
  "2": "For telephones, press 1. For the network, press 2. To go back, press star.",
  "21": "To have a telephone set up, press 1. For one that does not work, press 2. To go back, press star.",
  "212": "If it rings but you hear nothing, press 1. If it is dead, press 2. To go back, press star.",
};

const ends: Record<string, Decision[]> = {
  "0": operator,
  "1": [forward(["alice", "bob"], { ringSeconds: 20 }), voicemail("alice")],
  "22": [forward("bob", { ringSeconds: 20 }), ...operator],
  "211": [voicemail("bob")],
  "2121": [forward("bob", { ringSeconds: 20 }), voicemail("bob")],
  "2122": [forward("bob", { ringSeconds: 20, callerName: "Dead telephone" }), voicemail("bob")],
};

export default {
  invite(call) {
    call.state = { path: "", mistakes: 0 };
    return ask("");
  },

  gathered(call, { digits }) {
    const { state } = call;
    if (digits === "") return undefined; // nothing was pressed: the plan goes on, to the operator
    const path = digits === "*" ? state.path.slice(0, -1) : state.path + digits;
    const end = ends[path];
    if (end !== undefined) return end;
    if (path in menus) {
      state.path = path;
      return ask(path);
    }
    return ++state.mistakes < MOST_MISTAKES ? ask(state.path, "That is not a valid choice. ") : operator;
  },
} satisfies Script;

/** Says the menu of a path, three times if need be. */
function ask(path: string, first = ""): Decision[] {
  return [gather({ say: first + menus[path], finishOn: "", timeoutSeconds: 4, retries: 2 }), ...operator];
}
