/** What of WebSockets the operator decides (`websocket` of `strowger.yaml`). */
export interface WebSocketSettings {
  /**
   * Pages of these origins alone may connect (RFC 6455 §10.2); `null`: any. Who may call is decided by digest in either
   * case, and a program that is no browser says what it likes.
   */
  readonly origins: readonly string[] | null;
}
