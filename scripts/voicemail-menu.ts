/**
 * A voicemail menu: the number that users dial to hear their messages. A user's own phone is let in at once, anybody else
 * by mailbox number and PIN. `call.state.at` names the menu that the caller is in, and a menu is what it says and what it
 * does with the keys. Deploy it: `npx strowger deploy scripts/voicemail-menu.ts`, and route a number to it.
 */
import {
  type Call,
  type Decision,
  forward,
  gather,
  hangup,
  OperationError,
  type OperationErrorCode,
  play,
  record,
  type Script,
  type Sound,
  type VoicemailFolder,
  type VoicemailGreeting,
  type VoicemailMessage,
  voicemail,
} from "strowger";

/** What is remembered of a call, as it begins. */
class State {
  at: keyof typeof menus = "box";
  box = "";
  wrongPins = 0;
  newPin = "";
  /** The folder that is being heard: ids of its messages, and which one it is at. */
  folder: VoicemailFolder = "new";
  ids: string[] = [];
  index = 0;
  /** Nothing was pressed since this message began. */
  isPlaying = false;
  greeting: VoicemailGreeting = "unavailable";
  recording: string | null = null;
}

/** What each menu says, how many keys it takes (# ends those of a number), and what it does with them. */
const menus = {
  box: { says: ["vm-enter-box"], digits: 32, take: takeBox },
  pin: { says: ["vm-enter-pin"], digits: 32, take: takePin },
  main: { says: ["vm-main-menu"], digits: 1, take: takeMain },
  message: { says: ["vm-message-menu", "vm-message-more"], digits: 1, take: takeMessage },
  forwardTo: { says: ["vm-forward-to"], digits: 32, take: takeForwardTo },
  greetings: { says: ["vm-greeting-menu"], digits: 1, take: takeGreetings },
  greeting: { says: ["vm-greeting-edit-menu"], digits: 1, take: takeGreeting },
  review: { says: ["vm-recording-menu"], digits: 1, take: takeReview },
  newPin: { says: ["vm-new-pin"], digits: 32, take: takeNewPin },
  repeatPin: { says: ["vm-repeat-pin"], digits: 32, take: takeRepeatPin },
};

const MOST_WRONG_PINS = 3;
const folders: Record<string, VoicemailFolder> = { 1: "new", 2: "saved", 3: "deleted" };
const greetings: Record<string, VoicemailGreeting> = { 1: "unavailable", 2: "busy", 3: "temporary", 4: "name" };
const goodbye: Decision[] = [play("vm-goodbye"), hangup()];

export default {
  async invite(call) {
    const state = new State();
    call.state = state;
    const own = call.user === null ? "not-found" : await tried(voicemail.settings(call.user), "not-found");
    return own === "not-found" ? goTo(state, "box", "vm-welcome") : letIn(state, own.mailbox);
  },

  async gathered(call, { digits, end }) {
    const state: State = call.state;
    const { isPlaying } = state;
    state.isPlaying = false;
    if (digits !== "" || end === "finish") return menus[state.at].take(state, digits, call);
    if (isPlaying && end === "timeout") await noteHeard(state);
    // The plan goes on with the menu, and then with goodbye.
    return undefined;
  },

  recorded(call, { recording }) {
    const state: State = call.state;
    state.recording = recording;
    return recording === null ? goTo(state, "greeting", "vm-too-short") : goTo(state, "review");
  },
} satisfies Script;

/** Puts the caller into a menu, which is said three times; whoever presses nothing then is bid goodbye. */
function goTo(state: State, at: State["at"], ...first: Sound[]): Decision[] {
  state.at = at;
  const { says, digits } = menus[at];
  return [gather({ prompt: [...first, ...says], digits, finishOn: digits === 1 ? "" : "#", retries: 2 }), ...goodbye];
}

/** Says something before a menu. Any key cuts it short, and is one for the menu. */
function hear(...sounds: Sound[]): Decision {
  return gather({ prompt: sounds, finishOn: "", timeoutSeconds: 0.5 });
}

function takeBox(state: State, number: string): Decision[] {
  state.box = number;
  return goTo(state, "pin");
}

/** What is said of a mailbox that is not there is what is said of a wrong PIN. */
async function takePin(state: State, pin: string): Promise<Decision[]> {
  const check = await tried(voicemail.checkPin(state.box, pin), "not-found", "invalid-arguments");
  if (check === "right") return letIn(state, (await voicemail.settings(state.box)).mailbox);
  if (check === "locked") return [play("vm-locked"), ...goodbye];
  return ++state.wrongPins < MOST_WRONG_PINS ? goTo(state, "box", "vm-wrong-pin") : [play("vm-wrong-pin"), ...goodbye];
}

async function letIn(state: State, box: string): Promise<Decision[]> {
  state.box = box;
  const counts = await voicemail.counts(box);
  if (counts.new + counts.saved === 0) return goTo(state, "main", "vm-no-messages");
  return goTo(state, "main", "vm-you-have", ...counted(counts.new, "new"), "vm-and", ...counted(counts.saved, "saved"));
}

function takeMain(state: State, key: string): Decision[] | Promise<Decision[]> {
  const folder = folders[key];
  if (folder !== undefined) return openFolder(state, folder);
  if (key === "4") return goTo(state, "greetings");
  if (key === "5") return goTo(state, "newPin");
  return key === "#" ? goodbye : goTo(state, "main", "invalid-choice");
}

async function openFolder(state: State, folder: VoicemailFolder, ...first: Sound[]): Promise<Decision[]> {
  const messages = await list(state.box, folder);
  state.folder = folder;
  state.ids = messages.map(({ id }) => id).reverse();
  state.index = 0;
  return playMessage(state, ...first);
}

/** Plays the message that it is at. Behind the new ones come the saved ones. */
async function playMessage(state: State, ...first: Sound[]): Promise<Decision[]> {
  const { box, ids, index, folder } = state;
  if (index >= ids.length) {
    const { saved } = await voicemail.counts(box);
    if (folder !== "new" || saved === 0) return goTo(state, "main", ...first, "vm-no-more-messages");
    return openFolder(state, "saved", ...first, "vm-you-have", ...counted(saved, "saved"));
  }
  const message = await current(state);
  if (message === "not-found") {
    ids.splice(index, 1);
    return playMessage(state, ...first);
  }
  const which = index === 0 ? ["vm-first-message"] : ["vm-message", `number:${index + 1}`];
  state.isPlaying = true;
  return [hear(...first, ...which, message.audio), ...goTo(state, "message")];
}

function playNext(state: State, ...first: Sound[]): Promise<Decision[]> {
  state.index++;
  return playMessage(state, ...first);
}

async function takeMessage(state: State, key: string, call: Call): Promise<Decision[]> {
  const message = await current(state);
  if (message === "not-found") return playMessage(state);
  const isDeleted = message.folder === "deleted";
  if (key === "1") return playMessage(state);
  if (key === "2") return playNext(state, (await save(state)) ? "vm-kept" : "vm-full");
  if (key === "3" && isDeleted) return playNext(state, (await save(state)) ? "vm-restored" : "vm-full");
  if (key === "3") {
    await voicemail.move(state.box, message.id, "deleted");
    return playNext(state, "vm-deleted");
  }
  if (key === "4") {
    state.index = Math.max(0, state.index - 1);
    return playMessage(state);
  }
  if (key === "5") return goTo(state, "forwardTo");
  if (key === "6") {
    await noteHeard(state);
    return playNext(state);
  }
  if (key === "7") return [...envelope(message), ...goTo(state, "message")];
  if (key === "8") return [...callBack(message, call), ...goTo(state, "message", "not-available")];
  return key === "*" ? goTo(state, "main") : goTo(state, "message", "invalid-choice");
}

/** A message that was heard to its end, or is left for the next one, is new no more. */
async function noteHeard(state: State): Promise<void> {
  const message = await current(state);
  if (message !== "not-found" && message.folder === "new") await save(state);
}

/** `false`: a deleted message finds no room any more. */
async function save(state: State): Promise<boolean> {
  return (await tried(voicemail.move(state.box, currentId(state), "saved"), "not-found", "full")) !== "full";
}

function current(state: State): Promise<VoicemailMessage | "not-found"> {
  return tried(voicemail.message(state.box, currentId(state)), "not-found");
}

function currentId({ ids, index }: State): string {
  return ids[index] ?? "none";
}

async function takeForwardTo(state: State, number: string): Promise<Decision[]> {
  if (number === "") return goTo(state, "message");
  const copied = await tried(voicemail.copy(state.box, currentId(state), number), "not-found", "full");
  const told = copied === "full" ? "vm-full" : copied === "not-found" ? "vm-no-such-box" : "vm-forwarded";
  return goTo(state, "message", told);
}

function takeGreetings(state: State, key: string): Decision[] {
  const greeting = greetings[key];
  if (greeting === undefined) return key === "*" ? goTo(state, "main") : goTo(state, "greetings", "invalid-choice");
  state.greeting = greeting;
  return goTo(state, "greeting");
}

async function takeGreeting(state: State, key: string): Promise<Decision[]> {
  const { box, greeting } = state;
  if (key === "*") return goTo(state, "greetings");
  if (key === "2") return recordGreeting(state);
  if (key !== "1" && key !== "3") return goTo(state, "greeting", "invalid-choice");
  const settings = await voicemail.settings(box);
  if (!settings.greetings.includes(greeting)) return goTo(state, "greeting", "vm-no-greeting");
  if (key === "1") return [hear(`greeting:${box}/${greeting}`), ...goTo(state, "greeting")];
  await voicemail.setGreeting(box, greeting, null);
  return goTo(state, "greeting", "vm-greeting-removed");
}

function recordGreeting({ greeting }: State): Decision[] {
  const isName = greeting === "name";
  const prompt = isName ? "vm-record-name-after-tone" : "vm-record-greeting-after-tone";
  return [play(prompt), record({ maxSeconds: isName ? 10 : 55 })];
}

async function takeReview(state: State, key: string): Promise<Decision[]> {
  const { box, greeting, recording } = state;
  if (key === "2") return [hear(`recording:${recording}`), ...goTo(state, "review")];
  if (key === "3") return recordGreeting(state);
  if (key !== "1") return goTo(state, "review", "invalid-choice");
  await voicemail.setGreeting(box, greeting, recording);
  return goTo(state, "greetings", "vm-greeting-saved");
}

function takeNewPin(state: State, pin: string): Decision[] {
  if (pin === "") return goTo(state, "main");
  if (!/^\d{4,10}$/.test(pin)) return goTo(state, "newPin", "vm-pin-invalid");
  state.newPin = pin;
  return goTo(state, "repeatPin");
}

async function takeRepeatPin(state: State, pin: string): Promise<Decision[]> {
  const isSame = pin === state.newPin;
  state.newPin = "";
  if (!isSame) return goTo(state, "newPin", "vm-pin-mismatch");
  const set = await tried(voicemail.setPin(state.box, pin), "managed-by-config");
  return goTo(state, "main", set === undefined ? "vm-pin-changed" : "vm-pin-invalid");
}

/** When a message came, and from whom: a number is read, a name is spoken. */
function envelope({ receivedAt, from, fromName }: VoicemailMessage): Decision[] {
  const user = /^(?:sips?:|tel:)([^@;]+)/.exec(from)?.[1] ?? "";
  const when = ["vm-received", `time:${receivedAt}`, "vm-from"];
  if (/^\+?\d+$/.test(user)) return [hear(...when, `digits:${user}`)];
  const name = fromName || user;
  if (name === "" || name.toLowerCase() === "anonymous") return [hear(...when, "vm-unknown-caller")];
  return [hear(...when), gather({ say: name, finishOn: "", timeoutSeconds: 0.5 })];
}

/** Calls who has left a message, but nobody elsewhere because a caller has said to be there. */
function callBack({ from }: VoicemailMessage, call: Call): Decision[] {
  const host = /^sips?:[^@]+@([^:;?]+)/.exec(from)?.[1];
  return host === call.domain || host === call.to.host ? [forward(from, { ringSeconds: 30 })] : [];
}

function counted(count: number, folder: "new" | "saved"): Sound[] {
  return [`number:${count}`, `vm-${folder}-message${count === 1 ? "" : "s"}`];
}

/** The newest messages: as many as there are, or as fit in one answer where they have long transcripts. */
async function list(box: string, folder: VoicemailFolder, limit = 100): Promise<readonly VoicemailMessage[]> {
  const messages = await tried(voicemail.messages(box, { folder, limit }), "too-large");
  return messages === "too-large" ? list(box, folder, Math.ceil(limit / 2)) : messages;
}

/** What an operation gives, or which of these reasons it had to give nothing. */
async function tried<T, C extends OperationErrorCode>(work: Promise<T>, ...expected: C[]): Promise<T | C> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof OperationError ? expected.find((one) => one === error.code) : undefined;
    if (code === undefined) throw error;
    return code;
  }
}
