import "../styles.css";
import { render } from "preact";
import type { CoverageReport } from "../../report/schema.ts";
import { moment } from "../components/format.ts";
import { Coverage } from "../view/Coverage.tsx";

/** The report that travels in the page: gzip of its JSON, in base64. */
async function readReport(): Promise<CoverageReport> {
  const text = document.getElementById("report")?.textContent ?? "";
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function Page({ report }: { readonly report: CoverageReport }) {
  const zone = report.projects[0]?.timezone ?? "UTC";
  return (
    <>
      <header class="page-head">
        <h1>
          Coverage of <bdi>{report.estate}</bdi>
        </h1>
        <p class="quiet">
          Written {moment(report.generated_at, zone)} ({zone}); nights {report.nights[0]} to{" "}
          {report.nights.at(-1)}.
        </p>
      </header>
      <main>
        <Coverage report={report} />
      </main>
    </>
  );
}

const app = document.getElementById("app");
if (app) {
  const report = await readReport();
  app.replaceChildren();
  render(<Page report={report} />, app);
  requestAnimationFrame(() => {
    performance.mark("ready");
    document.documentElement.dataset.ready = "yes";
  });
}
