/** What keeps a phone from working, in words for a person: what it is, and what to do. */

export interface Problem {
  /** `486 Busy Here`, where SIP has said it. */
  readonly code: string | null;
  readonly text: string;
}

/** What responses of SIP (RFC 3261 section 21) come of, at a switch like this one. */
const EXPLAINED: Readonly<Record<number, string>> = {
  400: "The request was malformed. The call's picture shows what was sent.",
  401: "The name or the password is wrong.",
  403: "It is forbidden: by the script, by a policy, or because this user may not do it.",
  404: "There is nobody of this name or number, or no route leads there.",
  407: "The name or the password is wrong.",
  408: "Nobody answered in time.",
  410: "The number is no longer in use.",
  480: "No phone of theirs is registered, or nobody answered.",
  484: "The number is too short.",
  486: "The line is busy.",
  487: "The call was given up before anybody answered.",
  488: "Both sides have no codec or no way of encryption in common. See media in the configuration, and the offer in the call's picture.",
  500: "The script had a fault, or the switch cannot go on. The call's picture says which.",
  502: "The trunk gave no answer that could be used.",
  503: "The switch or the trunk takes no calls now: it is overloaded, or it is being restarted.",
  504: "The other side's server did not answer in time.",
  600: "All phones of theirs are busy.",
  603: "The call was declined.",
};

/** Where no response came, as JsSIP names it. */
const CAUSES: Readonly<Record<string, string>> = {
  "Connection Error": "The connection to the switch was lost.",
  "Request Timeout": "The switch did not answer in time.",
  "Authentication Error": "The name or the password is wrong.",
  "WebRTC Error": "The browser could not set up the audio. The console of the browser says more.",
  "Bad Media Description": "The browser cannot use the audio that the other side offers.",
  "Missing SDP": "The other side said nothing about its audio.",
  "RTP Timeout": "No more audio came.",
  "No ACK": "The answer was never confirmed.",
};

export function sipProblem(code: number, reason: string): Problem {
  const text =
    EXPLAINED[code] ?? (code >= 500 ? "Something on the way failed. The call's picture says what." : "It was refused.");
  return { code: `${code} ${reason}`.trim(), text };
}

export function causeProblem(cause: string | undefined): Problem {
  return {
    code: null,
    text: (cause !== undefined && CAUSES[cause]) || `It failed: ${cause || "for no reason given"}.`,
  };
}

/** A call that is up may say why it ends (Reason, RFC 3326): `SIP;cause=503;text="Overloaded"`, `Q.850;cause=16`. */
export function reasonText(header: string | undefined): string | null {
  return /;\s*text\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header ?? "")?.[1]?.replace(/\\(.)/g, "$1") ?? null;
}

/** Why there is no microphone, by the name of the `DOMException` of `getUserMedia`. */
export function microphoneProblem(name: string): Problem {
  const text = {
    NotAllowedError:
      "The browser was not allowed to use the microphone. Allow it for this site, beside its address, and call again.",
    NotFoundError: "This computer has no microphone. Plug one in, or choose one in the settings of the system.",
    NotReadableError: "The microphone cannot be used: perhaps another program has it.",
  }[name];
  return { code: null, text: text ?? `The microphone cannot be used (${name}).` };
}

/** Browsers give the microphone to pages from localhost and over TLS alone. */
export const INSECURE =
  "Browsers let a page use the microphone only where it comes over TLS, or from localhost. Open the console by https:// (http.listen in the configuration, or a proxy in front), or through a tunnel: ssh -L 8080:127.0.0.1:8080 HOST.";
