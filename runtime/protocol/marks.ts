// The marks of an open document, as the language door tells them: how each of its forms stands.
import { z } from "zod";
import { notification } from "./message.ts";

/** `current`: evaluated as it is written; `older`: that too, but it holds an older value of some names. */
export const formStateSchema = z.enum(["current", "edited", "failed", "never", "older"]);
export type FormState = z.infer<typeof formStateSchema>;

export const formMarkSchema = z.object({
  /** Where the form begins, from 0. */
  line: z.number().int().nonnegative(),
  state: formStateSchema,
  /** Names of which it holds an older value, also when it was edited since. */
  older: z.array(z.string()).readonly().exactOptional(),
});
export type FormMark = z.infer<typeof formMarkSchema>;

/** All marks of a document, in source order; sent when they are others than the ones that were sent last. */
export const formMarksChanged = notification(
  "re-ops/marks",
  z.object({ uri: z.string(), marks: z.array(formMarkSchema).readonly() }),
);
