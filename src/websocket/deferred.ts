/** A promise and the functions that settle it. */
export class Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve!: (value: Value) => void;
  reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /**
   * For promises that callers may leave unawaited: their rejection is then no unhandled one, while whoever awaits sees it.
   */
  static quiet<Value>(): Deferred<Value> {
    const deferred = new Deferred<Value>();
    deferred.promise.catch(() => undefined);
    return deferred;
  }
}
