// By what a form is recognised after an edit.
import type { Form } from "./form.ts";

/** What a form is known by when its text changes: its names, or its code when it declares nothing. */
export function standingKey(form: Pick<Form, "inRepl" | "names" | "code">): string {
  const { inRepl, names } = form;
  return `${inRepl ? "repl" : "file"} ${names.length > 0 ? names.join() : `= ${form.code}`}`;
}
