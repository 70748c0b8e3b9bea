import type { Model } from "../template/model.ts";
import type { Statement } from "../template/resources.ts";

/** What a call asks for: an IAM action on a resource. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

/** A role's policies do not allow what was asked for. The message reads as AWS writes it. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly access: Access;
  readonly principal: string;

  constructor(principal: string, access: Access) {
    super(
      `${principal} is not authorized to perform: ${access.action} on resource: ${access.resource} because no identity-based policy allows the ${access.action} action`,
    );
    this.access = access;
    this.principal = principal;
  }
}

/** Which services may act with a role, and what must be so of whom they act for. */
interface Trust {
  readonly services: readonly string[];
  readonly conditions: readonly (readonly [key: string, value: string])[];
}

/** What each role of the template may do, by the role's ARN. */
export class Permissions {
  readonly #statements = new Map<string, Statement[]>();
  readonly #trust = new Map<string, readonly Trust[]>();

  constructor(model: Model, arnOf: (roleName: string) => string) {
    for (const { name, properties } of model.all("AWS::IAM::Role")) {
      const inline = properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      this.#statements.set(arnOf(name), inline);
      const trust = properties.AssumeRolePolicyDocument.Statement.map(({ Principal, Condition }) => ({
        services: Principal.Service,
        conditions: Object.entries(Condition?.StringEquals ?? {}),
      }));
      this.#trust.set(arnOf(name), trust);
    }
    for (const { id, properties } of model.all("AWS::IAM::Policy")) {
      for (const role of properties.Roles) {
        const statements = this.#statements.get(arnOf(role));
        if (!statements)
          throw new Error(`${id} is attached to the role ${role}, which the template does not hold`);
        statements.push(...properties.PolicyDocument.Statement);
      }
    }
  }

  /** Throws AccessDenied unless the role's policies allow the access. */
  check(roleArn: string, access: Access): void {
    const matching = (this.#statements.get(roleArn) ?? []).filter(
      ({ Action, Resource }) =>
        Action.some((pattern) => matches(pattern.toLowerCase(), access.action.toLowerCase())) &&
        Resource.some((pattern) => matches(pattern, access.resource)),
    );
    const allowed = matching.some(({ Effect }) => Effect === "Allow");
    if (!allowed || matching.some(({ Effect }) => Effect === "Deny")) throw new AccessDenied(roleArn, access);
  }

  /**
   * Throws unless the role lets this AWS service, for example `lambda.amazonaws.com`, act with it. `context` is what the
   * service says of whom it acts for, by condition key.
   */
  checkTrust(roleArn: string, service: string, context: Readonly<Record<string, string>> = {}): void {
    const trusted = this.#trust
      .get(roleArn)
      ?.some(
        ({ services, conditions }) =>
          services.includes(service) && conditions.every(([key, value]) => context[key] === value),
      );
    if (!trusted) throw new AccessDenied(service, { action: "sts:AssumeRole", resource: roleArn });
  }
}

const patterns = new Map<string, RegExp>();

/** Whether a text matches an IAM pattern: `*` is any text, `?` any one character. */
function matches(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  let expression = patterns.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    expression = new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
    patterns.set(pattern, expression);
  }
  return expression.test(text);
}
