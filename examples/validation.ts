// Checked input: schemas of zod say what a route takes, handlers get it typed, clients hear everything that is wrong.
import { json, Spindash, ValidationError } from "spindash";
import { z } from "zod";

const Booking = z.object({
  name: z.string().min(1),
  seats: z.number().int().min(1).max(8),
  on: z.iso.date().transform((day) => new Date(day)),
});
const Filter = z.object({
  seats: z.coerce.number().int().default(1),
  sort: z.enum(["name", "seats"]).default("name"),
});

const bookings: z.output<typeof Booking>[] = [];
const app = new Spindash("restaurant");

app.onError(ValidationError, (_req, { status, issues }) => json({ issues }, { status }));

app.post("/bookings", { body: Booking }, (_req, { body }) => {
  bookings.push(body);
  return json({ weekday: body.on.getUTCDay() }, { status: 201 });
});

app.get("/bookings", { query: Filter }, (_req, { query }) =>
  bookings
    .filter(({ seats }) => seats >= query.seats)
    .sort((one, other) => (one[query.sort] < other[query.sort] ? -1 : 1)),
);

await app.run({ port: Number(process.env.PORT ?? 8000) });
