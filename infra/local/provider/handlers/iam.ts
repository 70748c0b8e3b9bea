import type { iam } from "../../../../shared/api/operations/all.ts";
import { issueToken } from "../world/identity.ts";
import type { Handlers } from "./handler.ts";

export const iamHandlers: Handlers<typeof iam> = {
  createToken({ world, body, answerHeaders }) {
    const { user } = body.auth.identity.password;
    const scope = body.auth.scope ?? body.scope;
    const project = scope !== undefined && "project" in scope ? scope.project : undefined;
    const token = issueToken(world, {
      user: user.name ?? user.id ?? "",
      password: user.password,
      domain: user.domain?.name ?? user.domain?.id,
      project,
    });
    answerHeaders["x-subject-token"] = token.value;
    const micros = (at: number) => new Date(at).toISOString().replace("Z", "000Z");
    const { domain_id, domain_name, id, name } = token.user;
    const domain = { id: domain_id, name: domain_name };
    const named = token.project_id === undefined ? undefined : world.projects.get(token.project_id);
    return {
      token: {
        expires_at: micros(token.expires),
        issued_at: micros(token.issued),
        methods: ["password"],
        catalog: [],
        roles: [],
        user: { id, name, domain },
        ...(named === undefined ? { domain } : { project: { id: named.id, name: named.name, domain } }),
      },
    };
  },

  listProjects({ projects, query }) {
    const wanted = projects.filter(
      ({ name, domain_id }) =>
        (query.name === undefined || name === query.name) &&
        (query.domain_id === undefined || domain_id === query.domain_id) &&
        (query.parent_id === undefined || domain_id === query.parent_id) &&
        query.enabled !== false &&
        query.is_domain !== true,
    );
    const { page = 1, per_page = wanted.length } = query;
    return {
      projects: wanted.slice((page - 1) * per_page, page * per_page).map(({ id, name, domain_id }) => ({
        id,
        name,
        domain_id,
        parent_id: domain_id,
        is_domain: false,
        description: "",
        enabled: true,
        links: { self: `/v3/projects/${id}`, next: null, previous: null },
      })),
      links: { self: "/v3/projects", next: null, previous: null },
    };
  },
};
