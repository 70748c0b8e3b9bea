import { useCallback, useState } from "preact/hooks";
import { act } from "./server.ts";

/** Asks the console to do something, and shows what came of it. */
export type ActionOf = (path: string, body: object) => void;

export function useActions(refresh: () => void): { readonly run: ActionOf; readonly message: string } {
  const [message, setMessage] = useState("");
  const run = useCallback<ActionOf>(
    (path, body) => {
      act(path, body)
        .then(setMessage, (error: unknown) => setMessage(`the console does not answer: ${String(error)}`))
        .finally(refresh);
    },
    [refresh],
  );
  return { run, message };
}
