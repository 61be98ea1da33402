/** Why a text could not be spoken: a value, since who wrote the text, the operator and the machine all may be the reason. */
export interface SpeechFault {
  readonly type: /** There is nothing that could be said, or too much of it. */
    | "text"
    /** No such voice or language. */
    | "voice"
    /** Nothing here can speak: the operator must install or configure something. */
    | "unavailable"
    /** Too much is waiting to be spoken. */
    | "busy"
    | "timeout"
    /** What speaks has broken, or has given no audio. */
    | "failed";
  /** What is wrong and what to do. */
  readonly message: string;
}
