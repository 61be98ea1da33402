/** The configuration as the rooms read it: plain data, complete with its defaults (`schema.ts`). */
import type { Budget } from "../contract/budget.ts";
import type { HostRule } from "../contract/host-rule.ts";
import type { Network } from "../contract/network.ts";
import type { PolicyBody } from "../contract/policy.ts";
import type { Role } from "../contract/role.ts";
import type { Route } from "../contract/route.ts";
import type { Scope } from "../contract/scope.ts";
import type { TrunkDeclaration } from "../contract/trunk.ts";

export interface Config {
  /** The file it was read from, an absolute path; `null` where there is none and all is default. */
  readonly file: string | null;
  /** Our SIP domains in lower case, the first being the one that users belong to; empty: our addresses and host names. */
  readonly domains: readonly string[];
  readonly listen: readonly ConfiguredListener[];
  /** `host` or `host:port` for Via and Contact behind NAT; `null`: the local address. */
  readonly advertise: string | null;
  readonly tls: ConfiguredTls;
  readonly websocket: {
    /** Pages of these origins alone may connect; `null`: any, since digest decides who may call. */
    readonly origins: readonly string[] | null;
  };
  readonly http: {
    /** `tls`: with the certificates of `tls`, written `https://`. */
    readonly listen: { readonly address: string; readonly port: number; readonly tls: boolean };
    readonly tokens: readonly ConfiguredToken[];
  };
  readonly console: ConfiguredConsole;
  /** Whose days daily budgets are of (IANA). */
  readonly timeZone: string;
  /** The folder of all that is kept, an absolute path. */
  readonly data: string;
  readonly storage: "sqlite";
  readonly media: {
    /** For RTP and RTCP. */
    readonly ports: ConfiguredPorts;
    /** Whose tones callers hear: two letters (ISO 3166), in lower case. */
    readonly country: string;
    /** Threads that do the audio; `null`: as many as this machine is worth. */
    readonly workers: number | null;
    /** Codecs that the switch speaks, best first. */
    readonly codecs: readonly ("PCMU" | "PCMA" | "G722" | "opus")[];
    /** Whether keys are also looked for in the audio, for phones that send them no other way. */
    readonly inbandDigits: boolean;
    /** The audio of browsers. */
    readonly webrtc: {
      /** Where browsers send it. */
      readonly ports: ConfiguredPorts;
      /** The address of ours that they reach; `null`: the one that their signalling comes to. */
      readonly address: string | null;
      readonly iceServers: readonly ConfiguredIceServer[];
    };
    /** Days after which a recording is removed; `null`: never. */
    readonly recordingDays: number | null;
    /** What is spoken unless somebody asks for another. */
    readonly language: string;
    /** The folder of sounds that scripts play by name, an absolute path. */
    readonly sounds: string;
    /** A folder with a folder of prompts for each language, in place of ours; `null`: none. */
    readonly prompts: string | null;
    /** A WAV file in place of our music; `null`: ours. */
    readonly musicOnHold: string | null;
    readonly speech: {
      /** A program that speaks: text on its input, WAV on its output; `null`: the built-in one. */
      readonly command: readonly string[] | null;
      readonly voice: string | null;
    };
  };
  readonly voicemail: {
    /** Where mails go out; `null`: none are sent. */
    readonly smtp: ConfiguredSmtp | null;
    /** Writes down what was said; `null`: nobody does. */
    readonly transcribe: ConfiguredTranscriber | null;
    /** Of every box that says nothing else. */
    readonly maxMessages: number;
    readonly maxSeconds: number;
    /** Days after which a saved message is removed; `null`: never. */
    readonly retentionDays: number | null;
  };
  readonly presence: {
    /** Whose calls and presence every user may watch: those of all users of the domain, or only his own. */
    readonly watch: "domain" | "self";
    /** Users who may watch all of their domain, whatever `watch` says. */
    readonly watchers: readonly string[];
  };
  /** Text messages for users who cannot be reached. */
  readonly messages: ConfiguredMessages;
  /**
   * Algorithms that phones are challenged with, most preferred first. MD5 alone by default: phones that do not know
   * SHA-256 refuse a challenge that names it, even beside MD5.
   */
  readonly digest: readonly ("SHA-256" | "MD5")[];
  readonly users: readonly ConfiguredUser[];
  /** In the order in which they are tried. */
  readonly routes: readonly Route[];
  readonly trunks: readonly ConfiguredTrunk[];
  /**
   * Numbers as they are dialled that no limit, budget, policy or script fault may stop. `urn:service:sos` is always one of
   * them, and is dialled as 112, or as the first of these where 112 is not among them.
   */
  readonly emergency: readonly string[];
  /** Those that the configuration says something about, whether they are there or not. */
  readonly scripts: readonly ConfiguredScript[];
  /** What secrets of scripts are encrypted with, as `parseSecretKey` takes it; `null`: the file `secret.key` in `data`. */
  readonly secretKey: string | null;
  readonly dns: {
    /** As `address:port`, IPv6 in brackets; `null`: those of the system. */
    readonly servers: readonly string[] | null;
    /** Of one question to one server. */
    readonly timeoutMs: number;
  };
  readonly fetch: {
    /** Hosts that scripts may reach whose policy has no `fetchHosts`; `null`: any. */
    readonly hosts: readonly HostRule[] | null;
    /** Networks that scripts may reach though they are not public. */
    readonly allowPrivate: readonly Network[];
  };
  readonly sip: {
    /** Seconds that a call may last without a sign of life, as we ask of others (RFC 4028); `null`: we do not ask. */
    readonly sessionExpires: number | null;
    /** The shortest that others may ask of us. */
    readonly minSE: number;
  };
  /** How phones are found to be gone without a word: an answered call ends when one of its sides is. */
  readonly liveness: {
    /** How often a side without a session timer, whose audio is not heard here, is asked by OPTIONS; 0: never. */
    readonly pingSeconds: number;
    /** How long a side may be silent whose audio ends here, and which should send, until it is asked; 0: as long as it likes. */
    readonly silenceSeconds: number;
  };
  readonly limits: {
    readonly script: ScriptLimits;
    readonly calls: { readonly max: number; readonly perSecond: number };
    /** Over TCP, TLS and WebSocket, in both directions; `perSource`: that one address may open. */
    readonly connections: { readonly max: number; readonly perSource: number };
    /** Calls that one script begins. */
    readonly originate: { readonly max: number; readonly perMinute: number };
  };
  readonly deploy: {
    /** Versions of a script that are kept; more where they are live, or calls run on them. */
    readonly keepVersions: number;
    /** When the switch goes back to the version before by itself; `null`: never. */
    readonly autoRollback: ConfiguredAutoRollback | null;
  };
  /** How long records of calls are kept (`null`: as long as there are not too many), and how many, the newest first. */
  readonly cdrs: { readonly days: number | null; readonly rows: number };
  /** How long, and how much of, the audit log is kept. */
  readonly audit: { readonly days: number; readonly rows: number };
  /** What happened in calls, written down to be looked at and replayed; `null`: nothing is. */
  readonly journal: ConfiguredJournal | null;
  readonly tracing: {
    /** Whether addresses of people, numbers and messages of errors may be in traces. */
    readonly personal: boolean;
    /** Whether requests of scripts carry the trace that they belong to (`traceparent`). */
    readonly fetch: boolean;
  };
  /** Where a copy of each SIP message goes; `null`: nowhere. */
  readonly hep: ConfiguredHep | null;
  readonly restart: {
    /** How long the switch may be away for calls that are up to go on afterwards; 0: they end with it. */
    readonly keepCallsSeconds: number;
  };
  readonly nat: {
    /** How often phones behind a NAT are asked whether they are there, so that it stays open; 0: never. */
    readonly keepAliveSeconds: number;
  };
  /** Proxies of ours in front of phones: they may name any Path, and no limit of a single source applies to registrations. */
  readonly edges: readonly Network[];
  /** Whether phones that register are told to send their requests by way of us (RFC 3608). */
  readonly serviceRoute: boolean;
  readonly guard: ConfiguredGuard;
}

export interface ConfiguredConsole {
  /** Whether there is a page, and anybody may sign in. */
  readonly enabled: boolean;
  /** A session ends so long after its last request. */
  readonly idleMs: number;
  /** A session ends so long after its beginning. */
  readonly longestMs: number;
  /** Who may sign in, beside users that were added over the API. */
  readonly users: readonly { readonly name: string; readonly role: Role; readonly passwordHash: string }[];
}

export interface ConfiguredGuard {
  /** Sources free of per-source limits and bans. */
  readonly exempt: readonly Network[];
  /** Sources that are never banned, also where `deny` names a network around them; limits are for them too. */
  readonly allow: readonly Network[];
  /** Sources that are not heard at all. */
  readonly deny: readonly Network[];
  /** New requests outside of dialogs from one source: an IPv4 address, or the /64 of an IPv6 one. */
  readonly perSource: { readonly perSecond: number; readonly burst: number };
  /** New requests of one user, from wherever they come. */
  readonly perUser: { readonly perSecond: number; readonly burst: number };
  /** How long a source that has misbehaved is not heard: so long, and each time twice as long; 0: the switch bans nobody. */
  readonly ban: { readonly firstMs: number; readonly longestMs: number };
  /** Parts of the names (User-Agent) of tools that scan, in lower case. */
  readonly scanners: readonly string[];
  readonly budgets: {
    /** Of each user who has none of his own; `null`: there is none. */
    readonly user: Budget | null;
    readonly users: ReadonlyMap<string, Budget>;
    readonly trunks: ReadonlyMap<string, Budget>;
  };
}

export interface ConfiguredAutoRollback {
  /** How long after its deployment a version is watched. */
  readonly withinMs: number;
  /** Events, or ended calls, before a rate counts. */
  readonly minSample: number;
  /** How many percentage points faults, timeouts or failed calls may lie above those of the version before. */
  readonly marginPercent: number;
}

export interface ConfiguredJournal {
  /** Of ended calls on disk, the oldest of which make room, and for how long they are kept. */
  readonly megabytes: number;
  readonly hours: number;
  /** Ended calls that are kept in a second, and as many again of those in which a script has failed. */
  readonly callsPerSecond: number;
}

export interface ConfiguredHep {
  readonly to: { readonly host: string; readonly port: number };
  /** Tells the collector which switch it is. */
  readonly captureId: number;
  /** What the collector asks for; `null`: nothing. */
  readonly password: string | null;
}

export interface ConfiguredMessages {
  /** Whether they are kept, and delivered when a phone registers. */
  readonly store: boolean;
  readonly maxPerUser: number;
  readonly maxKilobytesPerUser: number;
  /** How long one is kept that does not say it by Expires. */
  readonly keepHours: number;
}

export interface ConfiguredListener {
  readonly transport: "udp" | "tcp" | "tls" | "ws" | "wss";
  /** An IP address, without brackets; a wildcard stands for all interfaces. */
  readonly address: string;
  readonly port: number;
}

/** Certificates of TLS and WSS. Files are PEM, their paths absolute. */
export interface ConfiguredTls {
  /** What is shown to whoever asks for none of `servers`, and to servers that ask us; `null`: there is none. */
  readonly identity: { readonly cert: string; readonly key: string } | null;
  /** Shown to clients that ask for these names; `*.example.com` stands for every name right below. */
  readonly servers: readonly { readonly name: string; readonly cert: string; readonly key: string }[];
  /** `request`: a client may come without; one that shows a certificate which `ca` has not signed is refused. */
  readonly clientCertificates: "none" | "request" | "require";
  /** Authorities of clients, and of servers beside those that this machine trusts. */
  readonly ca: string | null;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** Whether servers that the switch connects to must show a good certificate of their name. */
  readonly verify: boolean;
}

export interface ConfiguredToken {
  readonly token: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface ConfiguredUser {
  readonly name: string;
  readonly password: string;
  readonly extension: string | null;
  readonly displayName: string | null;
  readonly voicemail: ConfiguredMailbox;
}

export interface ConfiguredTrunk {
  readonly name: string;
  readonly trunk: TrunkDeclaration;
}

export interface ConfiguredScript {
  readonly name: string;
  /** Its variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly http: ConfiguredRequests;
  /** What it may do; `null`: what was set over the API, if anything. */
  readonly policy: ConfiguredPolicy | null;
  /** When it gets `schedule` events. */
  readonly schedules: readonly ConfiguredSchedule[];
}

export type ConfiguredPolicy = PolicyBody["policy"];

/** What is sent to a script over HTTP. */
export interface ConfiguredRequests {
  /** Whoever asks must send it; `null`: the script sees for itself who may ask. */
  readonly token: string | null;
  readonly perSecond: number;
}

export interface ConfiguredSchedule {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  /** An IANA name. */
  readonly timeZone: string;
}

/** A user's voicemail box. `null`: not declared, so that it can be set over the API. */
export interface ConfiguredMailbox {
  /** Whether the user has one at all. */
  readonly enabled: boolean;
  readonly pin: string | null;
  readonly email: string | null;
  readonly maxMessages: number | null;
  readonly maxSeconds: number | null;
  readonly retentionDays: number | null;
}

/** Both ends included. */
export interface ConfiguredPorts {
  readonly first: number;
  readonly last: number;
}

/** STUN, and with `relayType` TURN. */
export interface ConfiguredIceServer {
  readonly hostname: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly relayType?: "TurnUdp" | "TurnTcp" | "TurnTls";
}

export interface ConfiguredSmtp {
  readonly host: string;
  readonly port: number;
  /** `implicit`: from the first byte; `required`, `optional`: by STARTTLS (RFC 3207). */
  readonly tls: "implicit" | "required" | "optional" | "never";
  readonly user: string | null;
  readonly password: string | null;
  /** The address that mails come from. */
  readonly from: string;
}

export type ConfiguredTranscriber =
  /** Run with the path of the WAV file as its last argument; prints what was said. */
  | { readonly type: "command"; readonly command: readonly string[]; readonly timeoutMs: number }
  /** Is sent the WAV file by POST; answers with what was said. */
  | { readonly type: "url"; readonly url: string; readonly timeoutMs: number };

export interface ScriptLimits {
  /** Wall time of one entry into a script, without host calls. */
  readonly eventMs: number;
  /** CPU time of one event. */
  readonly cpuMs: number;
  /** Wall time of a handler with all it waits for. */
  readonly handlerMs: number;
  /** Heap of one script version. */
  readonly memoryMB: number;
}
