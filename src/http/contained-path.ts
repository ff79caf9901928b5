import path, { type PlatformPath } from "node:path";

/** Whether names that begin with a dot can be reached. `.well-known` at the top always can (RFC 8615). */
export type DotfilePolicy = "allow" | "refuse";

/** Names of devices, in every folder of Windows, whatever follows a dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)/i;
/** What Windows forbids in names, reads as a stream of a file (`:`) or strips from the end of a name. */
const UNSAFE_ON_WINDOWS = /[<>:"|?*]|[. ]$/;
/** A second name that Windows gives long names and dotfiles. */
const SHORT_NAME = /~[0-9]/;
const CONTROL_CHARACTER = /[\x00-\x1f\x7f]/;

/**
 * The absolute path of a name below a folder, undefined for a name that leads out of it, means something else on one of the
 * systems, or is hidden. Looks at the name alone; what links make of it is the file system's affair.
 *
 * @param root an absolute path.
 * @param name segments between slashes, percent-decoded; `""` is the folder itself, a slash at the end does not count.
 * @param flavour whose rules hold. @default those of this system
 */
export function resolveInside(
  root: string,
  name: string,
  dotfiles: DotfilePolicy = "refuse",
  flavour: PlatformPath = path,
): string | undefined {
  if (name.includes("\\") || CONTROL_CHARACTER.test(name)) return undefined;
  const segments = name.split("/");
  if (segments.at(-1) === "") segments.pop();
  const isWindows = flavour.sep === "\\";
  for (const [index, segment] of segments.entries()) {
    if (segment === "" || segment === "." || segment === "..") return undefined;
    if (isWindows && isUnsafeOnWindows(segment)) return undefined;
    const isHidden = segment.startsWith(".") && !(index === 0 && segment === ".well-known");
    if (isHidden && dotfiles === "refuse") return undefined;
  }
  const resolved = flavour.join(root, ...segments);
  return isInside(root, resolved, flavour) ? resolved : undefined;
}

/** Whether a path is the folder or lies below it; both absolute. */
export function isInside(root: string, candidate: string, flavour: PlatformPath = path): boolean {
  const relative = flavour.relative(root, candidate);
  return (
    relative === "" ||
    (relative !== ".." && !relative.startsWith(`..${flavour.sep}`) && !flavour.isAbsolute(relative))
  );
}

function isUnsafeOnWindows(segment: string): boolean {
  return UNSAFE_ON_WINDOWS.test(segment) || SHORT_NAME.test(segment) || DEVICE.test(segment);
}
