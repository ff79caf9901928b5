/** So many calls lie at most between the app's line and what the runtime makes for it. */
const STACK_DEPTH = 50;
const CALL = /^\s+at .*:\d+:\d+\)?$/;
const TIMER_FUNCTION = /\bat (setTimeout|setInterval) \(node:/;

/** Where something was made; its text is only worked out when somebody asks for it. */
export class Origin {
  private readonly trace: { stack?: string } = {};
  /** Where the callback was handed over in which it was made. */
  private readonly cause: Origin | undefined;

  /** @param below the function whose caller is of interest. */
  constructor(below: (...args: never[]) => unknown, cause: Origin | undefined) {
    this.cause = cause;
    const depth = Error.stackTraceLimit;
    Error.stackTraceLimit = STACK_DEPTH;
    Error.captureStackTrace(this.trace, below);
    Error.stackTraceLimit = depth;
  }

  /** The function of the runtime that made a timer, where it was one. */
  get timerFunction(): string | undefined {
    return TIMER_FUNCTION.exec(this.trace.stack ?? "")?.[1];
  }

  /** The innermost line of the app: `at show (/app/users.ts:7:3)`. */
  get place(): string {
    return this.find() ?? "at an unknown place";
  }

  /** A line outside the runtime, and outside libraries where there is one. */
  private find(): string | undefined {
    const calls = (this.trace.stack ?? "").split("\n").filter((line) => CALL.test(line));
    const outside = calls.filter((line) => !line.includes("node:"));
    const own = outside.find((line) => !line.includes("node_modules")) ?? outside[0];
    return own?.trim() ?? this.cause?.find();
  }
}
