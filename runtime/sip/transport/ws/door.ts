/**
 * The HTTP side of SIP over WebSocket (RFC 7118 §4, RFC 6455 §4.2): looks at the request that asks for one, says what is
 * wrong with it, and gives back the WebSocket.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { PARSE_LIMITS } from "../../message/limits.ts";
import type { WebSocketSettings } from "./settings.ts";

const SUBPROTOCOL = "sip";
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
/** Of one message: each costs memory beside its octets. */
const MAX_FRAGMENTS = 1024;
const MAX_CHUNKS = 4096;

export class WebSocketDoor {
  readonly #settings: () => WebSocketSettings;
  readonly #onOpen: (socket: WebSocket, stream: Socket) => void;
  /** It never listens: it is handed its connections. */
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: PARSE_LIMITS.messageBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_CHUNKS,
    handleProtocols: () => SUBPROTOCOL,
  });

  /** `settings`: as they are now. `stream` is what the WebSocket runs over. */
  constructor(settings: () => WebSocketSettings, onOpen: (socket: WebSocket, stream: Socket) => void) {
    this.#settings = settings;
    this.#onOpen = onOpen;
    this.#http = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (_request, response) => {
      const text = "Here is SIP over WebSocket (RFC 7118): connect with a WebSocket of the subprotocol sip.\n";
      response.writeHead(426, { Upgrade: "websocket", Connection: "close", "Content-Type": "text/plain" }).end(text);
    });
    this.#http.maxHeadersCount = MAX_HEADERS;
    this.#http.on("upgrade", (request, stream, head) => this.upgrade(request, stream, head));
    this.#http.on("clientError", (_error, stream) => refuse(stream, "400 Bad Request", "This is not HTTP."));
  }

  /** Reads the request on a socket that has just connected. */
  accept(socket: Socket): void {
    this.#http.emit("connection", socket);
  }

  /** Makes a WebSocket of a request that asks for one, or refuses it. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { origins } = this.#settings();
    const { origin } = request.headers;
    if (origins !== null && origin !== undefined && !origins.includes(origin.toLowerCase())) {
      refuse(stream, "403 Forbidden", "Pages of this origin may not connect: websocket.origins says which may.");
    } else if (!offersSip(request.headers["sec-websocket-protocol"])) {
      // RFC 7118 §4.1: without the subprotocol nobody has said that SIP is spoken.
      refuse(stream, "400 Bad Request", "Sec-WebSocket-Protocol must be sip (RFC 7118).");
    } else {
      // Both kinds of stream that HTTP runs over are sockets (RFC 6455 §1.7).
      this.#sockets.handleUpgrade(request, stream, head, (socket) => this.#onOpen(socket, stream as Socket));
    }
  }
}

function offersSip(offered: string | undefined): boolean {
  return (offered ?? "").split(",").some((name) => name.trim().toLowerCase() === SUBPROTOCOL);
}

function refuse(stream: Duplex, status: string, why: string): void {
  if (!stream.writable) {
    stream.destroy();
    return;
  }
  stream.on("error", () => stream.destroy());
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${why.length + 1}`;
  stream.end(`${head}\r\n\r\n${why}\n`, () => stream.destroy());
}
