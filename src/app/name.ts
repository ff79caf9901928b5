import { SetupError } from "../http/setup-error.ts";

const NAME = /^[A-Za-z_][\w-]*$/;

/** The name of an app or a blueprint. Throws a {@link SetupError} for what is none; `whose` says what it is for. */
export function checkName(name: string, whose: string): string {
  if (typeof name === "string" && NAME.test(name)) return name;
  throw new SetupError(
    `${JSON.stringify(name)} cannot name ${whose}; expected a letter or underscore, then letters, digits, underscores and hyphens`,
    { code: "E_BAD_NAME" },
  );
}
