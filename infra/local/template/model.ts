import * as z from "zod";
import type { Assembly } from "./assembly.ts";
import { identityOf, LOCAL } from "./identities.ts";
import { type References, resolve } from "./intrinsics.ts";
import { knownWithoutBehaviour, type ModelledType, modelled, type Properties } from "./resources.ts";

/** A resource of the template, with every reference resolved. */
interface Resource<Type extends ModelledType> {
  readonly id: string;
  /** Its name, given or invented. */
  readonly name: string;
  readonly properties: Properties<Type>;
}

/** The template says something that the engine does not model. */
class NotModelled extends Error {
  override readonly name = "NotModelled";
}

const isModelled = (type: string): type is ModelledType => Object.hasOwn(modelled, type);

/** The template as the engine understands it. */
export interface Model {
  readonly stackName: string;
  readonly assets: ReadonlyMap<string, string>;
  /** All resources of one type. */
  all<Type extends ModelledType>(type: Type): Resource<Type>[];
}

/**
 * Resolves and checks a template; `endpoint` is where the engine's gateway answers. Throws NotModelled with one line for
 * each resource, property or function of CloudFormation that the engine does not know.
 */
export function modelOf(assembly: Assembly, endpoint: string): Model {
  const { template, stackName, assets } = assembly;
  const references = referencesOf(assembly, endpoint);
  const found = new Map<
    string,
    { readonly type: ModelledType; readonly name: string; readonly properties: unknown }
  >();
  const problems: string[] = [];
  for (const [id, { Type, Properties, Condition }] of Object.entries(template.Resources)) {
    if (Type in knownWithoutBehaviour) continue;
    if (!isModelled(Type)) {
      problems.push(`${id}: the local engine does not model ${Type}`);
      continue;
    }
    if (Condition) problems.push(`${id}: the local engine does not model conditions (${Condition})`);
    try {
      const properties = modelled[Type].parse(resolve(Properties, references));
      found.set(id, { type: Type, name: nameOf(assembly, references, id), properties });
    } catch (error) {
      problems.push(...describe(`${id} (${Type})`, error));
    }
  }
  if (problems.length > 0) throw new NotModelled(problems.join("\n"));
  return {
    stackName,
    assets,
    all: <Type extends ModelledType>(type: Type) =>
      [...found]
        .filter(([, resource]) => resource.type === type)
        // The schema of this very type has parsed it above.
        .map(([id, { name, properties }]) => ({ id, name, properties: properties as Properties<Type> })),
  };
}

function describe(where: string, error: unknown): string[] {
  if (!(error instanceof z.ZodError))
    return [`${where}: ${error instanceof Error ? error.message : String(error)}`];
  return error.issues.map((issue) => {
    const path = issue.path.join(".");
    if (issue.code !== "unrecognized_keys") return `${where}: ${path || "properties"}: ${issue.message}`;
    const names = issue.keys.map((key) => (path ? `${path}.${key}` : key)).join(", ");
    return `${where}: the local engine does not model the property ${names}`;
  });
}

function referencesOf(assembly: Assembly, endpoint: string): References {
  const { template, stackName } = assembly;
  const pseudo: Readonly<Record<string, string>> = {
    "AWS::AccountId": LOCAL.account,
    "AWS::Region": LOCAL.region,
    "AWS::Partition": LOCAL.partition,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": "amazonaws.com",
  };
  const typeOf = (id: string) => {
    const type = template.Resources[id]?.Type;
    if (!type) throw new Error(`the template refers to ${id}, which it does not hold`);
    return type;
  };
  const references: References = {
    ref(id) {
      if (id in pseudo) return pseudo[id];
      const parameter = template.Parameters[id];
      if (parameter) return parameter.Default;
      return identityOf(typeOf(id)).ref(nameOf(assembly, references, id), endpoint);
    },
    attribute(id, name) {
      const type = typeOf(id);
      const attribute = identityOf(type).attributes?.[name];
      if (!attribute)
        throw new Error(`the local engine does not model the attribute ${name} of ${type} (${id})`);
      return attribute(nameOf(assembly, references, id), endpoint);
    },
  };
  return references;
}

/** The name a resource is given, or the one invented for it from the stack and its id. */
function nameOf({ template, stackName }: Assembly, references: References, id: string): string {
  const resource = template.Resources[id];
  const { name: property, invented = (name: string) => name } = identityOf(resource?.Type ?? "");
  const given = property === undefined ? undefined : resolve(resource?.Properties[property], references);
  return z
    .string()
    .catch(invented(`${stackName}-${id}`))
    .parse(given);
}
