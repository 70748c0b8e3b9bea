import * as z from "zod";

/** Where references lead. Each throws, naming what it does not know. */
export interface References {
  ref(id: string): unknown;
  attribute(id: string, name: string): unknown;
}

const getAtt = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((path): [string, string] => {
    const [id = "", ...rest] = path.split(".");
    return [id, rest.join(".")];
  }),
]);

type Intrinsic = (argument: unknown, references: References) => unknown;

/** The functions of CloudFormation that synthesized templates use. Any other is refused by name. */
const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, { ref }) => ref(z.string().parse(argument)),
  "Fn::GetAtt": (argument, { attribute }) => attribute(...getAtt.parse(argument)),
  "Fn::Join": (argument, references) => {
    const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return z.array(z.string()).parse(resolve(parts, references)).join(separator);
  },
  "Fn::Select": (argument, references) => {
    const [index, from] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
    return z.array(z.unknown()).parse(resolve(from, references))[index];
  },
  "Fn::Split": (argument, references) => {
    const [separator, whole] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return z.string().parse(resolve(whole, references)).split(separator);
  },
  "Fn::Sub": (argument, { ref, attribute }) =>
    z
      .string()
      .parse(argument)
      .replace(/\$\{([^!}]+)\}/g, (_whole, name: string) =>
        String(
          name.includes(".") && !name.startsWith("AWS::") ? attribute(...getAtt.parse(name)) : ref(name),
        ),
      ),
};

/** Replaces every intrinsic function in a template's value by what it stands for. */
export function resolve(value: unknown, references: References): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, references));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first && entries.length === 1 && (first[0] === "Ref" || first[0].startsWith("Fn::"))) {
    const intrinsic = intrinsics[first[0]];
    if (!intrinsic) throw new Error(`the local engine does not model ${first[0]}`);
    return intrinsic(first[1], references);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, references)]));
}
