/**
 * What the switch itself can say, in English: prompts by name. `npm run prompts` speaks each into `en/<name>.wav`; a folder
 * of the operator's replaces any of them, and adds languages (`<language>/<name>.wav`). Names stay, texts may change.
 */
import { numberWords } from "./number-words.ts";

const greetings = {
  "vm-greeting-unavailable": "The person you are calling is not available. Please leave a message after the tone.",
  "vm-greeting-busy": "The person you are calling is on another call. Please leave a message after the tone.",
  /** After the name that the owner of the box has spoken. */
  "vm-is-unavailable": "is not available. Please leave a message after the tone.",
  "vm-is-busy": "is on another call. Please leave a message after the tone.",
};

const deposit = {
  /** For whoever leaves a message or records a greeting. */
  "vm-recording-menu": "To keep it, press 1. To hear it, press 2. To record it again, press 3.",
  "vm-saved": "Your message has been saved.",
  "vm-too-short": "Your message was too short and has not been saved.",
  "vm-not-saved": "Your message could not be saved. Please try again later.",
  "vm-full": "This mailbox is full. You cannot leave a message now.",
  "vm-nobox": "This number has no mailbox.",
};

const entry = {
  "vm-welcome": "Welcome to your mailbox.",
  "vm-enter-box": "Please enter your mailbox number, then press pound.",
  "vm-enter-pin": "Please enter your pin, then press pound.",
  "vm-wrong-pin": "That pin is not correct.",
  "vm-locked": "Too many attempts. Please try again in a minute.",
  "vm-goodbye": "Goodbye.",
};

const counts = {
  "vm-you-have": "You have",
  "vm-new-message": "new message.",
  "vm-new-messages": "new messages.",
  "vm-saved-message": "saved message.",
  "vm-saved-messages": "saved messages.",
  "vm-no-messages": "You have no messages.",
  "vm-no-more-messages": "There are no more messages.",
  "vm-and": "and",
};

const messages = {
  "vm-main-menu":
    "For new messages, press 1. For saved messages, press 2. For deleted messages, press 3. " +
    "For your greetings, press 4. To change your pin, press 5. To end, press pound.",
  "vm-message-menu":
    "To repeat, press 1. To save, press 2. To delete, press 3. For the previous message, press 4. " +
    "To forward, press 5. For the next message, press 6. To go back, press star.",
  "vm-message-more":
    "For the time and the caller, press 7. To call back, press 8. To restore a deleted message, press 3.",
  "vm-first-message": "First message.",
  "vm-next-message": "Next message.",
  "vm-previous-message": "Previous message.",
  "vm-last-message": "Last message.",
  "vm-message": "Message",
  "vm-from": "from",
  "vm-unknown-caller": "an unknown caller.",
  "vm-received": "received",
  "vm-deleted": "Message deleted.",
  "vm-restored": "Message restored.",
  "vm-kept": "Message saved.",
  "vm-forward-to": "Enter the number of the mailbox to forward to, then press pound.",
  "vm-forwarded": "Message forwarded.",
  "vm-no-such-box": "There is no such mailbox.",
};

const ownGreetings = {
  "vm-greeting-menu":
    "For your unavailable greeting, press 1. For your busy greeting, press 2. For a temporary greeting, press 3. " +
    "For your name, press 4. For the main menu, press star.",
  "vm-greeting-edit-menu": "To hear it, press 1. To record it, press 2. To remove it, press 3. To go back, press star.",
  "vm-record-greeting-after-tone": "Record your greeting after the tone. To end, press pound.",
  "vm-record-name-after-tone": "Say your name after the tone. To end, press pound.",
  "vm-greeting-saved": "Your greeting has been saved.",
  "vm-greeting-removed": "Your greeting has been removed.",
  "vm-no-greeting": "You have not recorded this greeting.",
};

const pin = {
  "vm-new-pin": "Enter your new pin, then press pound.",
  "vm-repeat-pin": "Enter it again, then press pound.",
  "vm-pin-changed": "Your pin has been changed.",
  "vm-pin-mismatch": "The two pins are not the same.",
  "vm-pin-invalid": "This pin cannot be used.",
};

const general = {
  "invalid-choice": "That is not a valid choice.",
  "please-hold": "Please hold.",
  "one-moment": "One moment, please.",
  "please-try-again": "Please try again.",
  "sorry-problem": "Sorry, there is a problem. Please try again later.",
  "not-available": "The person you are calling is not available.",
  "number-unknown": "The number you have dialed is not in service.",
};

/** When something happened. */
const time = {
  today: "today",
  yesterday: "yesterday",
  at: "at",
  am: "A M.",
  pm: "P M.",
  oh: "oh",
  sunday: "Sunday",
  monday: "Monday",
  tuesday: "Tuesday",
  wednesday: "Wednesday",
  thursday: "Thursday",
  friday: "Friday",
  saturday: "Saturday",
  january: "January",
  february: "February",
  march: "March",
  april: "April",
  may: "May",
  june: "June",
  july: "July",
  august: "August",
  september: "September",
  october: "October",
  november: "November",
  december: "December",
};

export const CATALOGUE = {
  ...greetings,
  ...deposit,
  ...entry,
  ...counts,
  ...messages,
  ...ownGreetings,
  ...pin,
  ...general,
  ...time,
  ...numberWords,
} as const;

export type PromptName = keyof typeof CATALOGUE;

export const PROMPT_NAMES: readonly PromptName[] = Object.keys(CATALOGUE).filter(isPromptName);

export function isPromptName(name: string): name is PromptName {
  return Object.hasOwn(CATALOGUE, name);
}
