/** Lets the event loop turn until `isDone`, `most` times at most: time for what is closing to close, and no more. */
export async function letTurn(isDone: () => boolean, most = 20): Promise<void> {
  for (let turn = 0; turn < most && !isDone(); turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
