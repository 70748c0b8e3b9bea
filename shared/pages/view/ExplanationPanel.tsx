import type { Explanation } from "./model.ts";

/** What the chosen cell says, in words; read out when it changes. */
export function ExplanationPanel({ explanation }: { readonly explanation: Explanation | undefined }) {
  return (
    <aside class="explanation" aria-live="polite" aria-label="What the chosen cell means">
      {explanation ? (
        <>
          <h3>
            <bdi>{explanation.title}</bdi>, <time dateTime={explanation.date}>{explanation.date}</time>
          </h3>
          <p>{explanation.sentence}</p>
          <ul>
            {explanation.details.map((detail) => (
              <li key={`${detail.name} ${detail.reason}`}>
                <strong>
                  <span aria-hidden="true">{detail.symbol} </span>
                  <bdi>{detail.name}</bdi>
                </strong>{" "}
                {detail.state}
                {detail.code && (
                  <>
                    , <code>{detail.code}</code>
                  </>
                )}
                : <bdi>{detail.reason}</bdi>
                {detail.measure && (
                  <p class="measure">What the provider's documents say to do: {detail.measure}</p>
                )}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p class="quiet">Choose a cell.</p>
      )}
    </aside>
  );
}
