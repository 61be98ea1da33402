/** Why a question to DNS has no answer: not that there is nothing of that name, but that nobody has said so. */
export type DnsFailureCode = "bad-answer" | "busy" | "closed" | "server-failure" | "timeout" | "unreachable";

export class DnsFailure extends Error {
  readonly code: DnsFailureCode;

  constructor(code: DnsFailureCode, message: string) {
    super(message);
    this.name = "DnsFailure";
    this.code = code;
  }
}
