import { BadRequest, HttpError } from "../http/errors.ts";
import { type BodySource, RequestBody } from "../http/request-body.ts";

/**
 * A request body that is taken from an iterator, a piece at a time, when somebody waits for it.
 *
 * @param readTrailers gives the lines of the fields behind it, once it has ended.
 */
export function createPulledBody(
  pieces: AsyncIterator<Uint8Array>,
  declaredLength: number,
  limit: number,
  readTrailers: () => string = () => "",
): RequestBody {
  let isReading = false;
  const source: BodySource = {
    pull() {
      if (isReading) return;
      isReading = true;
      void readOn().finally(() => {
        isReading = false;
      });
    },
  };
  const body = new RequestBody(source, declaredLength, limit);
  const readOn = async (): Promise<void> => {
    try {
      while (body.isAwaited) {
        const piece = await pieces.next();
        if (piece.done === true) {
          body.finish(readTrailers());
          return;
        }
        const bytes = Buffer.from(piece.value.buffer, piece.value.byteOffset, piece.value.byteLength);
        body.push(bytes, 0, bytes.length);
        body.own();
      }
    } catch (error) {
      body.fail(
        error instanceof HttpError
          ? error
          : new BadRequest("The body could not be read to its end", { cause: error }),
      );
    }
  };
  return body;
}
