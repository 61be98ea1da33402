/** The tokens of the API that the configuration declares, or else the one that was generated. */
import type { Config } from "../config/config.ts";
import { installationToken } from "../first-start.ts";
import type { DeclaredToken, TokenAuthority } from "../port/token.ts";

const ALL_SCOPES = ["admin"];

/** The file of the generated token, or `null` where the configuration declares tokens. */
export async function declareTokens(tokens: TokenAuthority, config: Config): Promise<string | null> {
  const declared: DeclaredToken[] = config.http.tokens.map(({ name, token, scopes }) => ({
    name,
    secret: token,
    scopes,
  }));
  if (declared.length > 0) {
    await tokens.declare(declared);
    return null;
  }
  const { secret, file } = await installationToken(config.data);
  await tokens.declare([{ name: "installation", secret, scopes: ALL_SCOPES }]);
  return file;
}
