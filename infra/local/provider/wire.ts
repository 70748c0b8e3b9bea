import { Refusal } from "./world/model.ts";

/** What came over a wire, or from a simulation that has none. Header names are in lower case. */
export interface IncomingCall {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** The same, with its path and query decoded. */
export interface CloudRequest extends IncomingCall {
  readonly segments: readonly string[];
  readonly pairs: readonly (readonly [name: string, value: string])[];
}

/** What goes back: an answer, a connection that is cut, or nothing at all. */
export type CloudOutcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" };

/** Decodes path and query; refuses what is not percent-encoded UTF-8. */
export function readRequest(call: IncomingCall): CloudRequest {
  const cut = call.url.indexOf("?");
  const path = cut < 0 ? call.url : call.url.slice(0, cut);
  const query = cut < 0 ? "" : call.url.slice(cut + 1);
  try {
    return {
      ...call,
      segments: path.slice(1).split("/").map(decodeURIComponent),
      pairs: query === "" ? [] : query.split("&").map(readPair),
    };
  } catch {
    throw new Refusal("APIGW.0602", "The URL is not percent-encoded UTF-8.");
  }
}

function readPair(text: string): readonly [string, string] {
  const cut = text.indexOf("=");
  const name = cut < 0 ? text : text.slice(0, cut);
  return [decodeURIComponent(name), cut < 0 ? "" : decodeURIComponent(text.slice(cut + 1))];
}

/** Query values by name; a repeated name gives a list. A plus sign stands for a space. */
export function queryValues({ pairs }: CloudRequest): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null);
  for (const [name, text] of pairs) {
    const value = text.replaceAll("+", " ");
    const known = values[name];
    if (known === undefined) values[name] = value;
    else values[name] = [known, value].flat();
  }
  return values;
}
