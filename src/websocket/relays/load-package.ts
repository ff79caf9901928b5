import { SetupError } from "../../http/setup-error.ts";

/** Loads a package that only some apps need. Rejects with a {@link SetupError} that says how to install it. */
export async function loadPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw new SetupError(`The relay needs the package ${name}, which is not installed: npm install ${name}`, {
      cause: error,
    });
  }
}
