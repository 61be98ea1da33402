/** Credentials that a phone sends, and challenges that a server sends us: without the password nobody is let in. */
import fc from "fast-check";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { DigestClient } from "../../../runtime/sip/auth/answer.ts";
import { hashPassword } from "../../../runtime/sip/auth/digest.ts";
import { Authenticator } from "../../../runtime/sip/auth/verify.ts";
import { parseAuth } from "../../../runtime/sip/message/header/auth.ts";
import { publishedCredentials } from "../grammar/corpus.ts";
import { auth } from "../grammar/header-parts.ts";
import { changed, mutated } from "../mutate/bytes.ts";
import { numberOf } from "../mutate/chance.ts";
import { holds, type Target } from "../runner/target.ts";

const REALM = "strowger";
const REQUEST = { method: "REGISTER", uri: "sip:example.com", body: "" };
const OWN = [
  'Digest realm="strowger", nonce="n", qop="auth", algorithm=SHA-256',
  'Digest realm="x", nonce="", qop="auth-int", opaque="\\"", stale=true',
];
const hashes = hashPassword("alice", REALM, "secret");

export const digest: Target = {
  samples: [...OWN, ...publishedCredentials()],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 1, arbitrary: auth },
      {
        weight: 1,
        arbitrary: mutated(seeds, {
          words: ['"', "\\", ", ", "=", "nonce=", "algorithm=MD5-sess", 'qop="auth"', "stale=true", "\xc3\xa9"],
        }),
      },
    ),
  run(input) {
    const value = input.replace(/[\r\n]+/g, " ");
    const server = new Authenticator({ clock: new VirtualClock(), realm: REALM, key: "0123456789abcdef" });
    const verdict = server.verify([value], REQUEST, () => hashes);
    holds(verdict.type !== "accepted", "Somebody is let in without a password.");
    answerChallenge(value);
    // What is right but for one change.
    const client = new DigestClient({ username: "alice", password: "secret", cnonce: () => "0123456789" });
    const right = client.answer(server.challenge(), REQUEST) ?? "";
    const wrong = changed(right, numberOf(value), [value], ['"', ","]).replace(/[\r\n]+/g, " ");
    const other = server.verify([wrong], REQUEST, () => hashes);
    if (other.type === "accepted")
      holds(parseAuth(wrong)?.params.get("response") !== undefined, "Let in without a response.");
  },
};

function answerChallenge(value: string): void {
  const client = new DigestClient({ username: "älice", password: "secret" });
  const credentials = client.answer([value], REQUEST);
  if (credentials === undefined) return;
  holds(!/[\r\n]/.test(credentials), "Credentials of several lines.");
  holds(parseAuth(credentials) !== undefined, `Our own credentials cannot be read: ${credentials}`);
  client.answer([value], REQUEST, credentials);
  client.again(REALM, REQUEST);
}
