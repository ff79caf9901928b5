/** Waits for `promise`, `seconds` at most; then rejects with the error that `late` makes. */
export async function within<Value>(
  promise: Promise<Value>,
  seconds: number,
  late: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    // It keeps the process alive, so that whoever waits hears the error instead of the process ending in silence.
    timer = setTimeout(() => reject(late()), seconds * 1000);
  });
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
