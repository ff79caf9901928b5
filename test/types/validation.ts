// Compiled, never run: what schemas of a route do to its handler's arguments.
import { z } from "zod";
import {
  type Handler,
  type HandlerArguments,
  type Request,
  type RouteOptions,
  Spindash,
  type StandardSchema,
  ValidationError,
  type ValidationIssue,
} from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

const app = new Spindash("types");
const Item = z.object({ name: z.string(), price: z.coerce.number() });
const Paging = z.object({ page: z.coerce.number().default(1) });
const shout: StandardSchema<unknown, Uppercase<string>> = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "no" }] }) },
};

// Outputs are what the handler gets, beside the path parameters.
app.post("/shops/:shop/<id:int>", { body: Item, query: Paging, headers: shout }, (_req, args) => {
  same<typeof args.shop, string>(true);
  same<typeof args.id, number>(true);
  same<typeof args.body, { name: string; price: number }>(true);
  same<typeof args.query, { page: number }>(true);
  same<typeof args.headers, Uppercase<string>>(true);
  same<keyof typeof args, "shop" | "id" | "body" | "query" | "headers">(true);
  return args;
});
app.put("/", { form: z.object({ tags: z.array(z.string()) }), name: "tags" }, (_req, { form }) => form.tags);
app.route(
  ["PUT", "PATCH"],
  "/<id:int>",
  { cookies: z.object({ sid: z.string() }) },
  (_req, { id, cookies }) => cookies.sid.repeat(id),
);

// A schema for params takes the place of the path parameters.
app.get("/<id:int>", { params: z.object({ id: z.number().transform(String) }) }, (_req, args) => {
  same<typeof args.id, string>(true);
  same<keyof typeof args, "id">(true);
  return args.id;
});

// Async schemas, transforms, and schemas written in place.
app.post("/async", { body: z.string().transform(async (text) => text.length) }, (_req, { body }) => {
  same<typeof body, number>(true);
  return {};
});
app.post(
  "/in-place",
  { body: { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value: [value] }) } } },
  (_req, { body }) => {
    same<typeof body, unknown[]>(true);
    return body;
  },
);

// Handlers and options may stand elsewhere.
const create: Handler<"/items/<id:int>", { body: { name: string } }> = (_req, { id, body }) => ({
  id,
  ...body,
});
app.post("/items/<id:int>", { body: Item }, create);
const onlyPath: Handler<"/items/<id:int>"> = (_req, { id }) => ({ id });
app.post("/items/<id:int>", { body: Item }, onlyPath);
const options = { body: Item, name: "elsewhere" };
app.post("/elsewhere", options, (_req, { body }) => body.name);
const wide: RouteOptions = { body: Item };
app.post("/wide", wide, (_req, args) => {
  same<typeof args.body, unknown>(true);
  return {};
});
same<HandlerArguments<"/<id:int>">, { id: number }>(true);

// @ts-expect-error the schema has no such property
app.post("/", { body: Item }, (_req, { body }) => body.colour);
// @ts-expect-error there is no schema for the query
app.post("/", { body: Item }, (_req, { query }) => query);
// @ts-expect-error the path has no such parameter
app.post("/<id>", { body: Item }, (_req, { name }) => name);
// @ts-expect-error a class is no schema
app.post("/", { body: Date }, () => "");
// @ts-expect-error there is no option of that name, beside schemas or not
app.post("/", { body: Item, boddy: Item }, () => "");
const wantsPrice = (_req: Request, args: { body: { price: number } }): number[] => [args.body.price];
const Named = z.object({ name: z.string() });
// @ts-expect-error the handler wants more than the schema gives
app.post("/", { body: Named }, wantsPrice);

app.onError(ValidationError, (_req, error) => {
  same<typeof error.issues, readonly ValidationIssue[]>(true);
  same<ValidationIssue["location"], "params" | "query" | "headers" | "cookies" | "body" | "form">(true);
});
