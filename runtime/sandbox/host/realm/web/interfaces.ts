/** What scripts know from the web beside `fetch`, by name. */
import { AbortController, AbortSignal } from "./abort.ts";
import { atob, btoa } from "./base64.ts";
import { WebHeaders } from "./headers.ts";
import { WebRequest } from "./request.ts";
import { WebResponse } from "./response.ts";
import { WebUrl } from "./url.ts";
import { SearchParams } from "./url-search-params.ts";

export const interfaces = {
  AbortController,
  AbortSignal,
  Headers: WebHeaders,
  Request: WebRequest,
  Response: WebResponse,
  URL: WebUrl,
  URLSearchParams: SearchParams,
  atob,
  btoa,
};
