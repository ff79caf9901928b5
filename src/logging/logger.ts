import { createRequire } from "node:module";

/** What Spindash asks of a logger: pino's call forms, so a pino logger fits as it is. */
export interface Logger {
  debug(details: object, message?: string): void;
  info(details: object, message?: string): void;
  warn(details: object, message?: string): void;
  error(details: object, message?: string): void;
}

const require = createRequire(import.meta.url);

/**
 * The default logger: pino, JSON lines on standard output. It is loaded with the first line that is logged, since loading
 * it costs more than starting a server.
 */
export function createDefaultLogger(name: string): Logger {
  let loaded: Logger | undefined;
  const load = (): Logger => {
    loaded ??= (require("pino") as (options: object) => Logger)({ name });
    return loaded;
  };
  return {
    debug: (details, message) => load().debug(details, message),
    info: (details, message) => load().info(details, message),
    warn: (details, message) => load().warn(details, message),
    error: (details, message) => load().error(details, message),
  };
}
