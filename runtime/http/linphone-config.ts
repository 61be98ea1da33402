/** An account as Linphone's remote provisioning takes it: XML with sections and entries (lpconfig). */
import type { PhoneAccount } from "./provisioning.ts";

const EXPIRES_SECONDS = 600;

export function linphoneConfig({ user, domain, password, server, displayName }: PhoneAccount): string {
  const name = displayName === null ? "" : `"${displayName.replace(/["\\]/g, "")}" `;
  const sections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    sip: { default_proxy: "0" },
    auth_info_0: { username: user, domain, passwd: password },
    proxy_0: {
      reg_proxy: `<${server}>`,
      reg_identity: `${name}<sip:${encodeURIComponent(user)}@${domain}>`,
      reg_expires: String(EXPIRES_SECONDS),
      reg_sendregister: "1",
    },
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<config xmlns="http://www.linphone.org/xsds/lpconfig.xsd">',
    ...Object.entries(sections).flatMap(([section, entries]) => [
      `  <section name="${section}">`,
      ...Object.entries(entries).map(
        ([entry, value]) => `    <entry name="${entry}" overwrite="true">${escapeXml(value)}</entry>`,
      ),
      "  </section>",
    ]),
    "</config>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
