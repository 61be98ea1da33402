/** What the deployment takes: the upload of the body, with what the query and the token say about it. */
import type { UploadBody } from "../contract/script-api.ts";
import type { Release, TypecheckMode, Upload } from "../port/deployment.ts";
import type { TokenIdentity } from "../port/token.ts";

export function uploadOf(
  body: UploadBody,
  query: {
    readonly message?: string | undefined;
    readonly tag?: string | undefined;
    readonly typecheck: TypecheckMode;
  },
  caller: TokenIdentity,
): Upload {
  const message = body.message ?? query.message;
  const tag = body.tag ?? query.tag;
  return {
    entry: body.entry,
    files: body.files,
    author: caller.name,
    typecheck: query.typecheck,
    ...(message === undefined ? {} : { message }),
    ...(tag === undefined ? {} : { tag }),
  };
}

/** How the version that it becomes is made live. */
export function releaseOf(
  { author, message }: Upload,
  { percent, autoRollback }: { readonly percent: number; readonly autoRollback: boolean },
): Release {
  return { author, percent, autoRollback, ...(message === undefined ? {} : { message }) };
}
