/** `strowger redact`: takes a person out of what is kept. */
import type { Command } from "commander";
import type { RedactionBody } from "../../contract/redaction-api.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";

export function defineRedact(program: Command): void {
  program
    .command("redact")
    .description("take a user, or a number, out of call records, journal, recordings, voicemail and messages")
    .argument("<name>", "a user, or a number as the call records have it")
    .option("--yes", "what is taken away cannot be brought back: say that it is meant")
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      if (yes !== true) {
        throw new CommandFailure(
          "What is taken away cannot be brought back: add --yes if it is meant",
          exitCodes.usage,
        );
      }
      const { api, out } = openSession(command);
      const body = await api.call<RedactionBody>("/v1/redactions", { method: "POST", body: { name } });
      out.result(body, () => {
        const { cdrs, journal, recordings, voicemails, messages } = body;
        return [
          `call records    ${cdrs}`,
          `calls in journal ${journal}`,
          `recordings      ${recordings}`,
          `voicemails      ${voicemails}`,
          `messages        ${messages}`,
        ].join("\n");
      });
    });
}
