import * as z from "zod";
import { operation } from "../operation.ts";
import { chapter } from "./cbr/common.ts";
import { identifier, queryBoolean, queryInteger } from "./fields.ts";

/** A name or an id, at least one of them. */
const domainReference = z
  .strictObject({ id: identifier.optional(), name: identifier.optional() })
  .refine(({ id, name }) => id !== undefined || name !== undefined, "needs an id or a name");

const tokenScope = z.union([
  z.strictObject({
    project: z
      .strictObject({
        id: identifier.optional(),
        name: identifier.optional(),
        domain: domainReference.optional(),
      })
      .refine(({ id, name }) => id !== undefined || name !== undefined, "needs an id or a name"),
  }),
  z.strictObject({ domain: domainReference }),
]);

export const createToken = operation({
  name: "createToken",
  service: "iam",
  summary: "Gives a token for a user's password; the token is the answer's X-Subject-Token header.",
  source: chapter("3.1 and 3.2"),
  method: "POST",
  path: "/v3/auth/tokens",
  parameters: {},
  query: z.object({ nocatalog: z.string().optional() }),
  body: z.strictObject({
    auth: z.strictObject({
      identity: z.strictObject({
        methods: z.tuple([z.literal("password")]),
        password: z.strictObject({
          user: z
            .strictObject({
              id: identifier.optional(),
              name: identifier.optional(),
              password: z.string().min(1),
              domain: domainReference.optional(),
            })
            .refine(({ id, name }) => id !== undefined || name !== undefined, "needs an id or a name"),
        }),
      }),
      scope: tokenScope.optional(),
    }),
    // The example of 3.1 puts the scope here, the one of 3.2 (and the live service) inside auth. Use that one.
    scope: tokenScope.optional(),
  }),
  answer: z.looseObject({ token: z.looseObject({ expires_at: z.string() }) }),
  status: 201,
  permission: undefined,
  scope: "public",
  // A second token is one more token, nothing else.
  repeatable: true,
});

const project = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  domain_id: z.string().nullish(),
  enabled: z.boolean().nullish(),
});

export const listProjects = operation({
  name: "listProjects",
  service: "iam",
  summary: "Lists the projects of an account.",
  source: chapter("7.3"),
  method: "GET",
  path: "/v3/projects",
  parameters: {},
  query: z.object({
    domain_id: identifier.optional(),
    enabled: queryBoolean().optional(),
    is_domain: queryBoolean().optional(),
    name: z.string().optional(),
    page: queryInteger(1).optional(),
    parent_id: identifier.optional(),
    per_page: queryInteger(1, 5000).optional(),
  }),
  answer: z.looseObject({ projects: z.array(project) }),
  status: 200,
  permission: undefined,
  scope: "account",
  repeatable: true,
  list: { items: "projects", item: project, by: "none", maximumLimit: 5000 },
});
