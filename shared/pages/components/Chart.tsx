import { type PlotOptions, plot } from "@observablehq/plot";
import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** What the chart shows, for those who cannot see it. */
  readonly label: string;
  /** Must stay the same object as long as the chart does. */
  readonly options: PlotOptions;
}

const narrowest_px = 320;

/** A chart of Observable Plot, as wide as there is room. */
export function Chart({ label, options }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(narrowest_px, Math.round(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    const chart = plot({ style: { fontSize: "12px" }, ...options, width, figure: false });
    // The chart is one picture with one name; its parts have no roles that could be named.
    for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", label);
    place.current?.replaceChildren(chart);
  }, [options, width, label]);
  return <div class="chart" ref={place} />;
}
