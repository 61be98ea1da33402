/** What can be measured, and what each peer has to be set up with for it. */
import type { Scenario as SippScenario } from "../helpers/sipp.ts";

export type PeerName = "strowger" | "kam-js" | "kam-native";

interface LoadScenario {
  readonly type: "load";
  readonly sipp: SippScenario;
  readonly callee: boolean;
}

export type Scenario = {
  readonly about: string;
  readonly peers: readonly PeerName[];
  readonly script: "invite" | "all-events" | "voicemail";
  /** Whether REGISTER is asked for a password of one of 1000 users. */
  readonly users: boolean;
} & (
  | LoadScenario
  | { readonly type: "hold" }
  | { readonly type: "latency" }
  | { readonly type: "connections" }
  | { readonly type: "voicemail" }
  | { readonly type: "deploy" }
  | { readonly type: "console" }
  | { readonly type: "script-events" }
  | { readonly type: "many-scripts" }
  | { readonly type: "contacts" }
  | { readonly type: "overload" }
  | { readonly type: "attack" }
);

const all: readonly PeerName[] = ["strowger", "kam-js", "kam-native"];
const call = { type: "load", sipp: "uac-call", callee: true } as const;

export const scenarios: Readonly<Record<string, Scenario>> = {
  call: {
    ...call,
    about: "INVITE, ringing, answer, BYE; the script decides the INVITE",
    peers: all,
    script: "invite",
    users: false,
  },
  "call-all": {
    ...call,
    about: "the same; the script also hears bye and ended",
    peers: all,
    script: "all-events",
    users: false,
  },
  reject: {
    type: "load",
    sipp: "uac-reject",
    callee: false,
    about: "INVITE to a number that the script does not know, 404, ACK",
    peers: all,
    script: "invite",
    users: false,
  },
  "register-auth": {
    type: "load",
    sipp: "uac-register-auth",
    callee: false,
    about: "REGISTER, 401, REGISTER with digest, 200",
    peers: all,
    script: "invite",
    users: true,
  },
  hold: { type: "hold", about: "memory per call that is up", peers: ["strowger"], script: "invite", users: false },
  connections: {
    type: "connections",
    about: "memory per idle connection: 5000 over TCP, then 5000 WebSockets on the port of the API",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  voicemail: {
    type: "voicemail",
    about: "400 callers leave a message at once: greeting, beep, and a minute of PCMU each way",
    peers: ["strowger"],
    script: "voicemail",
    users: true,
  },
  deploy: {
    type: "deploy",
    about: "upload to the first call on the new version, rollback, and what 1,000 deploys leave behind",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  console: {
    type: "console",
    about: "the console in a browser that has never seen it, until it shows what is up",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  "script-events": {
    type: "script-events",
    about: "an event to a script and its decision back, without a call around it",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  "many-scripts": {
    type: "many-scripts",
    about: "500 live scripts on one host, each with an event in turn",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  contacts: {
    type: "contacts",
    about: "100,000 registered contacts: memory, look-ups, load at the start, and the second in which all run out",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  overload: {
    type: "overload",
    about: "one, two and three times as many calls as the switch can take",
    peers: ["strowger"],
    script: "invite",
    users: false,
  },
  attack: {
    type: "attack",
    about: "20 calls a second of users while strangers flood, sweep, guess and connect",
    peers: ["strowger"],
    script: "invite",
    users: true,
  },
  latency: {
    type: "latency",
    about: "from the INVITE that comes in to the INVITE that goes out",
    peers: all,
    script: "invite",
    users: false,
  },
};
