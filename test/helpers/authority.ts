/** A certificate authority of a test, by `openssl`: it lies in a folder of its own that goes with the test. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** The certificate of the authority itself. */
  readonly ca: string;
  readonly folder: string;
  /** Signs a certificate; names as `DNS:sip.example.test`, `URI:sip:example.test`, `IP:127.0.0.1`. The files are there. */
  issue(name: string, ...names: readonly string[]): Identity;
}

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** `folder`: @default one that is removed when the test is over */
export function createAuthority(folder = temporary(), subject = "Test authority"): Authority {
  const [ca, caKey] = [join(folder, "ca.pem"), join(folder, "ca.key")];
  openssl("req", "-x509", ...CURVE, "-days", "3650", "-subj", `/CN=${subject}`, "-keyout", caKey, "-out", ca);
  return {
    ca,
    folder,
    issue(name, ...names) {
      const file = (ending: string) => join(folder, `${name}.${ending}`);
      const [cert, key] = [file("pem"), file("key")];
      openssl("req", "-new", ...CURVE, "-subj", `/CN=${name}`, "-keyout", key, "-out", file("csr"));
      const extensions = names.length === 0 ? "" : `subjectAltName=${names.join(",")}\n`;
      writeFileSync(file("ext"), `${extensions}basicConstraints=CA:FALSE\n`);
      const signed = ["-CA", ca, "-CAkey", caKey, "-CAcreateserial", "-days", "365", "-extfile", file("ext")];
      openssl("x509", "-req", "-in", file("csr"), ...signed, "-out", cert);
      return { cert, key };
    },
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "strowger-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
