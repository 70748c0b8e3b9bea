import "../styles.css";
import "./console.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { moment } from "../components/format.ts";
import { Coverage } from "../view/Coverage.tsx";
import { useActions } from "./Actions.tsx";
import { Events } from "./Events.tsx";
import { Functions } from "./Functions.tsx";
import { Provider } from "./Provider.tsx";
import { Queues } from "./Queues.tsx";
import { Schedules } from "./Schedules.tsx";
import { Send } from "./Send.tsx";
import { useLive } from "./useLive.ts";

const places = {
  coverage: "Coverage",
  engine: "Functions, schedules, queues",
  provider: "Stand-in cloud",
  events: "Events",
  send: "Send",
} as const;
type Place = keyof typeof places;

const isPlace = (text: string): text is Place => Object.hasOwn(places, text);
const placeNow = (): Place => {
  const text = location.hash.slice(1);
  return isPlace(text) ? text : "coverage";
};

function Console() {
  const [place, setPlace] = useState<Place>(placeNow);
  const { state, report, events, connected, refresh } = useLive(place === "coverage");
  const { run, message } = useActions(refresh);
  useEffect(() => {
    const follow = () => setPlace(placeNow());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useEffect(() => {
    if (state && (report || place !== "coverage")) document.documentElement.dataset.ready = "yes";
  }, [state, report, place]);
  return (
    <>
      <header class="page-head">
        <h1>Vigil console</h1>
        <p class="quiet" role="status">
          {connected ? "● live" : "○ not connected"}
          {state &&
            `, ${moment(new Date(state.now_ms).toISOString(), state.timezone)} (${state.timezone}), ${state.speed} times as fast as real time`}
        </p>
        <nav aria-label="Parts of the console">
          {Object.entries(places).map(([key, title]) => (
            <a key={key} href={`#${key}`} aria-current={key === place ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <p class="message" role="status">
          {message}
        </p>
      </header>
      <main>
        {!state && <p>Reading…</p>}
        {place === "coverage" && report && <Coverage report={report} />}
        {place === "engine" && state && (
          <>
            <Schedules state={state} run={run} />
            <Queues state={state} run={run} />
            <Functions state={state} />
          </>
        )}
        {place === "provider" && state && <Provider state={state} run={run} />}
        {place === "events" && state && <Events events={events} timeZone={state.timezone} />}
        {place === "send" && state && <Send state={state} run={run} />}
      </main>
    </>
  );
}

const app = document.getElementById("app");
if (app) {
  app.replaceChildren();
  render(<Console />, app);
}
