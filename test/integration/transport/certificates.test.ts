import { copyFileSync, existsSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { Certificates, LOOK_EVERY_MS } from "../../../runtime/sip/transport/tls/certificates.ts";
import { readMaterial } from "../../../runtime/sip/transport/tls/material.ts";
import { NO_TLS, type TlsSettings } from "../../../runtime/sip/transport/tls/settings.ts";
import { createAuthority } from "../../helpers/authority.ts";
import { until } from "../../helpers/until.ts";

const DAY_MS = 86_400_000;

function notingLog() {
  const lines: string[] = [];
  const note = (level: string) => (text: string, fields?: { error?: unknown }) => {
    lines.push(`${level}: ${text}${fields?.error instanceof Error ? `: ${fields.error.message}` : ""}`);
  };
  return { lines, log: { debug() {}, info: note("info"), warn: note("warn"), error: note("error") } };
}

/** Opens certificates on virtual time, a day from now. */
async function open(settings: Partial<TlsSettings>, aheadMs = DAY_MS) {
  const clock = new VirtualClock(Date.now() + aheadMs);
  const { lines, log } = notingLog();
  const certificates = await Certificates.open({ ...NO_TLS, ...settings }, clock, log);
  onTestFinished(() => certificates.stop());
  return { certificates, clock, lines };
}

describe("certificates that cannot be used", () => {
  it("are refused with the key of the configuration, the file, and what is wrong", async () => {
    const authority = createAuthority();
    const [one, two] = [authority.issue("one"), authority.issue("two")];
    const nothing = join(authority.folder, "nothing.pem");
    const garbage = join(authority.folder, "garbage.pem");
    writeFileSync(garbage, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const refused = async (settings: Partial<TlsSettings>, message: string) =>
      expect(readMaterial({ ...NO_TLS, ...settings }, Date.now())).rejects.toThrow(
        expect.objectContaining({ code: "config-invalid", message }),
      );
    await refused({ identity: { ...one, cert: nothing } }, `tls.cert: ${nothing}: there is no such file`);
    await refused({ identity: { ...one, key: nothing } }, `tls.key: ${nothing}: there is no such file`);
    await refused(
      { identity: { ...one, cert: garbage } },
      `tls.cert: ${garbage}: there is no certificate in PEM in it`,
    );
    await refused(
      { identity: { ...one, key: garbage } },
      `tls.key: ${garbage}: there is no private key in PEM without a passphrase in it`,
    );
    await refused(
      { identity: { ...one, key: two.key } },
      `tls.key: ${two.key}: it is not the key of the certificate in ${one.cert}`,
    );
    await refused(
      { servers: [{ name: "a.example", ...one, key: two.key }] },
      `tls.servers[0].key: ${two.key}: it is not the key of the certificate in ${one.cert}`,
    );
    await refused({ ca: garbage }, `tls.ca: ${garbage}: there is no certificate in PEM in it`);
    await refused(
      { ca: authority.folder },
      `tls.ca: ${authority.folder}: EISDIR: illegal operation on a directory, read`,
    );
  });

  it("are warned of with their date where they have expired, soon will, or are too young", async () => {
    const authority = createAuthority();
    const identity = authority.issue("one");
    const warned = async (aheadMs: number) => (await open({ identity }, aheadMs)).lines;
    const prefix = `warn: TLS: tls.cert: ${identity.cert}`;
    expect(await warned(DAY_MS)).toEqual([]);
    expect(await warned(360 * DAY_MS)).toEqual([
      expect.stringMatching(/ expires on \d{4}-\d\d-\d\dT[\d:.]+Z: renew it$/),
    ]);
    expect(await warned(400 * DAY_MS)).toEqual([expect.stringContaining(`${prefix} has expired on `)]);
    expect(await warned(-DAY_MS)).toEqual([expect.stringContaining(`${prefix} is not valid before `)]);
  });
});

describe("certificates whose files change", () => {
  it("are read again, also where a link leads elsewhere", async () => {
    const authority = createAuthority();
    const [one, two] = [authority.issue("one"), authority.issue("two")];
    const live = { cert: join(authority.folder, "live.pem"), key: join(authority.folder, "live.key") };
    const point = (at: typeof one) => {
      for (const file of ["cert", "key"] as const) {
        if (existsSync(live[file])) unlinkSync(live[file]);
        symlinkSync(at[file], live[file]);
      }
    };
    point(one);
    const { certificates, clock, lines } = await open({ identity: live });
    const before = certificates.material;
    clock.advance(LOOK_EVERY_MS);
    await until("the next look", () => clock.pending === 1);
    expect(certificates.material).toBe(before);
    point(two);
    clock.advance(LOOK_EVERY_MS);
    await until("the new certificate", () => certificates.material !== before);
    expect(lines).toEqual(["info: The TLS certificates have changed: new connections get the new ones"]);
  });

  it("stay as they were where the new ones cannot be used, which is said once, until they can", async () => {
    const authority = createAuthority();
    const [one, two] = [authority.issue("one"), authority.issue("two")];
    const live = { cert: join(authority.folder, "live.pem"), key: join(authority.folder, "live.key") };
    copyFileSync(one.cert, live.cert);
    copyFileSync(one.key, live.key);
    const { certificates, clock, lines } = await open({ identity: live });
    const before = certificates.material;
    copyFileSync(two.cert, live.cert);
    for (let looks = 0; looks < 3; looks++) {
      clock.advance(LOOK_EVERY_MS);
      await until("the next look", () => clock.pending === 1);
    }
    expect(certificates.material).toBe(before);
    expect(lines).toEqual([
      `error: The TLS certificates have changed and cannot be used: the ones before stay: tls.key: ${live.key}: it is not the key of the certificate in ${live.cert}`,
    ]);
    renameSync(two.key, live.key);
    clock.advance(LOOK_EVERY_MS);
    await until("the new certificate", () => certificates.material !== before);
  });

  it("are reminded of once a day where they run out, though nobody has touched them", async () => {
    const { clock, lines } = await open({ identity: createAuthority().issue("one") }, 355 * DAY_MS);
    expect(lines).toHaveLength(1);
    clock.advance(LOOK_EVERY_MS);
    await until("the next look", () => clock.pending === 1);
    expect(lines).toHaveLength(1);
    clock.advance(DAY_MS);
    await until("the next look", () => clock.pending === 1);
    expect(lines).toEqual([lines[0], lines[0]]);
  });

  it("are read again where the configuration is, and stay where that names bad ones", async () => {
    const authority = createAuthority();
    const [one, two] = [authority.issue("one"), authority.issue("two")];
    const { certificates } = await open({ identity: one });
    const before = certificates.material;
    await expect(certificates.configure({ ...NO_TLS, identity: { ...one, key: two.key } })).rejects.toThrow(/tls\.key/);
    expect(certificates.material).toBe(before);
    await certificates.configure({ ...NO_TLS, identity: two });
    expect(certificates.material.settings.identity).toEqual(two);
  });

  it("are not looked at where there are none", async () => {
    const { clock, certificates } = await open({});
    expect(clock.pending).toBe(0);
    expect(certificates.material.server).toBeNull();
  });
});
