import type { RequestSource } from "../http/request.ts";

/** A request that another server has parsed. */
export interface ForeignHead {
  method: string;
  /** The path and the query, as sent. */
  target: string;
  /** Host and port the client asked for, `""` if it did not say. */
  authority: string;
  minorVersion: number;
  /** Checked by that server: no value holds a line break. */
  headers: Iterable<readonly [name: string, value: string]>;
}

/** Brings a request of another server into the form requests are made of. */
export function toRequestSource(head: ForeignHead): RequestSource {
  const mark = head.target.indexOf("?");
  const path = mark < 0 ? head.target : head.target.slice(0, mark);
  const query = mark < 0 ? "" : head.target.slice(mark + 1);
  let text = `${query}\r\n`;
  text += formatFieldLines(head.headers);
  return {
    method: head.method,
    minorVersion: head.minorVersion,
    target: { path, queryStart: 0, queryEnd: query.length, authority: head.authority },
    text,
    fieldsStart: query.length + 2,
  };
}

/** Fields that another server has checked, as lines. */
export function formatFieldLines(fields: Iterable<readonly [name: string, value: string]>): string {
  let lines = "";
  for (const [name, value] of fields) lines += `${name}: ${value}\r\n`;
  return lines;
}
