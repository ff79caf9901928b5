import { type Chain, composeChain } from "./chain.ts";
import type { ErrorAnswers } from "./error-answers.ts";
import { MiddlewareList } from "./middleware.ts";
import type { RouteRecord } from "./route.ts";

/** Composes the chain of a route from the scopes around it. */
export function composeRoute(route: RouteRecord, answers: ErrorAnswers): Chain {
  const lists = route.scopes.map(({ middleware }) => middleware);
  const handlers = route.scopes.map(({ errors }) => errors).reverse();
  if (route.errorHandlers !== null) handlers.unshift(route.errorHandlers);
  return composeChain({
    route: route.name,
    onRequest: MiddlewareList.onRequest(lists),
    around: MiddlewareList.around(lists),
    handler: route.handler,
    onError: (request, error) => answers.answer(request, error, handlers),
    onResponse: MiddlewareList.onResponse(lists),
  });
}
