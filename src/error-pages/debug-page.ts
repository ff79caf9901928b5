import type { DebugView } from "./error-view.ts";

/** What Spindash asks of youch. */
interface Youch {
  toHTML(
    error: unknown,
    options: { title: string; request: { url: string; method: string; headers: Record<string, string> } },
  ): Promise<string>;
}

let loading: Promise<(new () => Youch) | null> | null = null;

/** A page with the source around each line of the stack, by the optional package youch; null where that is not installed. */
export async function formatDebugPage(title: string, { error, request }: DebugView): Promise<string | null> {
  if (request === null) return null;
  loading ??= import("youch").then(
    ({ Youch }) => Youch,
    () => null,
  );
  const Youch = await loading;
  if (Youch === null) return null;
  const { url, method } = request;
  return new Youch().toHTML(error, {
    title,
    request: { url, method, headers: Object.fromEntries(request.headers) },
  });
}
