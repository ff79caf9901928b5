import type { CookieKeys } from "../http/cookie-keys.ts";
import type { Response } from "../http/response.ts";
import { isPromise } from "./chain.ts";

/** Signs and encrypts the cookies that an answer sets, once nothing changes it any more. */
export function withSealedCookies(
  answer: Response | Promise<Response>,
  keys: CookieKeys,
): Response | Promise<Response> {
  return isPromise(answer) ? answer.then((response) => seal(response, keys)) : seal(answer, keys);
}

function seal(response: Response, keys: CookieKeys): Response {
  if (response.hasUnsealedCookies) response.cookies.seal(keys);
  return response;
}
