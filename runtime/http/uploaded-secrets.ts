/** Secrets that come with an upload: sealed before anything else is done, stored together with the deployment. */
import type { UploadBody } from "../contract/script-api.ts";
import type { Release } from "../port/deployment.ts";
import type { TokenIdentity } from "../port/token.ts";
import type { Api } from "./api.ts";
import { allows } from "./authenticate.ts";
import { RequestProblem } from "./problem.ts";

export async function uploadedSecrets(
  { secrets }: UploadBody,
  script: string,
  caller: TokenIdentity,
  { scriptData, domain }: Api,
): Promise<Pick<Release, "secrets">> {
  if (secrets === undefined) return {};
  if (!allows(caller.scopes, ["secrets:write"])) {
    throw new RequestProblem("insufficient-scope", "An upload with secrets needs the scope secrets:write as well.");
  }
  return { secrets: await scriptData.secrets.seal({ domain, script }, secrets) };
}

/** The versions that are live would get them at once. */
export function refuseSecretsWithoutDeployment({ secrets }: UploadBody): void {
  if (secrets === undefined) return;
  const advice = "add ?deploy=1, or leave them away and set them with PATCH …/secrets";
  throw new RequestProblem("invalid-request", `Secrets go with a version that is made live: ${advice}.`);
}
