/**
 * What we offer a browser before we know anything of it: credentials, a certificate, and one address on a port that is held,
 * and deaf, until its answer is there. A browser looks for a way as soon as it has our offer (RFC 8445 §7); the library
 * begins DTLS as soon as there is one, and would refuse the browser's certificate as long as nobody has named it.
 */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { randomText } from "../../../base/random.ts";
import type { IceDtls } from "../../../port/webrtc.ts";
import { type Certificate, createCertificate } from "./certificate.ts";

/** RFC 8839 §5.4: at least 4 and 22. */
const [UFRAG_CHARACTERS, PWD_CHARACTERS] = [8, 32];
/** RFC 8445 §5.1.2.1: the one host candidate that there is. */
const PRIORITY = 2 ** 24 * 126 + 2 ** 8 * 65_535 + 255;

export interface HeldOfferUser {
  /** The port is ours. */
  offerHeld(): void;
  offerFailed(message: string): void;
}

export class HeldOffer {
  readonly ice: IceDtls;
  readonly certificate: Certificate;
  readonly #socket: Socket;
  #isOpen = true;

  constructor({ address, port }: { readonly address: string; readonly port: number }, user: HeldOfferUser) {
    this.certificate = createCertificate();
    this.ice = {
      ufrag: randomText(UFRAG_CHARACTERS),
      pwd: randomText(PWD_CHARACTERS),
      fingerprint: this.certificate.fingerprint,
      setup: "actpass",
      candidates: [{ foundation: "1", priority: PRIORITY, address, port, type: "host" }],
    };
    this.#socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    this.#socket.on("error", (error) => {
      if (this.#isOpen) user.offerFailed(`${address}:${port} cannot be listened on: ${error.message}`);
    });
    this.#socket.bind({ address, port, exclusive: true }, () => {
      if (this.#isOpen) user.offerHeld();
    });
  }

  /** `then`: the port is free for whoever takes it at once. Idempotent. */
  release(then: () => void = () => {}): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close(then);
  }
}
