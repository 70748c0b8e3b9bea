import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  readonly title: string;
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Section({ title, about, children }: Props) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {about && <p class="quiet">{about}</p>}
      {children}
    </section>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string | number;
  readonly more?: string;
  /** How it is: drawn in its colour and said by its mark. */
  readonly tone?: "good" | "bad" | "plain";
}

const marks = { good: "●", bad: "✕", plain: "" };

/** One number that matters. */
export function Tile({ label, value, more, tone = "plain" }: TileProps) {
  return (
    <li class={`tile ${tone}`}>
      <span class="tile-label">{label}</span>
      <span class="tile-value">
        {marks[tone] && <span aria-hidden="true">{marks[tone]} </span>}
        {value}
      </span>
      {more && <span class="quiet">{more}</span>}
    </li>
  );
}
