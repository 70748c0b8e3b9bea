import { randomBytes } from "node:crypto";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import type { PageAssets } from "../../../shared/report/html.ts";
import { buildPage } from "../../stack/build-page.ts";
import { guard } from "../provider/guard.ts";
import { addActions } from "./actions.ts";
import { addReadings, type ConsoleOptions } from "./readings.ts";

interface RunningConsole {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the console on 127.0.0.1. Rejects with EADDRINUSE when the port is taken. */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const page = await buildPage("console");
  const token = randomBytes(24).toString("base64url");
  const place = { port: options.port };
  const app = new Hono();
  app.use(guard({ port: () => place.port, token }));
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Charts place their parts by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        connectSrc: ["'self'"],
        imgSrc: ["data:"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Nothing here is served over TLS, on loopback only.
      strictTransportSecurity: false,
    }),
  );
  addPage(app, page, token);
  addReadings(app, options);
  addActions(app, options);
  return listen(app, place);
}

function addPage(app: Hono, { script, style }: PageAssets, token: string): void {
  const header = (type: string) => ({ "content-type": type, "cache-control": "no-store" });
  app.get("/", (context) =>
    context.html(
      html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="vigil-token" content="${token}">
<title>Vigil console</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console.css">
</head>
<body>
<div id="app"><main><p>The console needs JavaScript.</p></main></div>
<script type="module" src="/console.js"></script>
</body>
</html>`,
      200,
      { "cache-control": "no-store" },
    ),
  );
  app.get("/console.js", (context) => context.body(script, 200, header("text/javascript; charset=utf-8")));
  app.get("/console.css", (context) => context.body(style, 200, header("text/css; charset=utf-8")));
}

function listen(app: Hono, place: { port: number }): Promise<RunningConsole> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port: place.port, hostname: "127.0.0.1" }, ({ port }) => {
      place.port = port;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
    server.once("error", reject);
  });
}
