/** What the deployment takes: the upload of the body, with what the query and the token say about it. */
import type { UploadBody } from "../contract/script-api.ts";
import type { Upload } from "../port/deployment.ts";
import type { TokenIdentity } from "../port/token.ts";

export function uploadOf(
  body: UploadBody,
  query: { readonly message?: string | undefined; readonly tag?: string | undefined },
  caller: TokenIdentity,
): Upload {
  const message = body.message ?? query.message;
  const tag = body.tag ?? query.tag;
  return {
    entry: body.entry,
    files: body.files,
    author: caller.name,
    ...(message === undefined ? {} : { message }),
    ...(tag === undefined ? {} : { tag }),
  };
}
