// Refuses decorators where a tsconfig says that they are of the older kind: they would be called with other arguments.
import path from "node:path";
import { mistakeAt } from "../text/source-mistake.ts";
import type { SourceDocument } from "../text/document.ts";
import { contains } from "../text/nodes.ts";
import type { Piece } from "./rewrite.ts";

/** `configOf`: the tsconfig.json that sets `experimentalDecorators` for a file. */
export function refuseOlderDecorators(
  document: SourceDocument,
  { form, expression }: Piece,
  configOf: (file: string) => string | undefined,
): void {
  const span = expression ?? form;
  const decorator = form.reading.decorators.find((one) => contains(span, one));
  const config = decorator && configOf(document.file);
  if (decorator === undefined || config === undefined) return;
  const where = path.relative(path.dirname(document.file), config);
  throw mistakeAt(
    document,
    decorator,
    `${where} sets \`experimentalDecorators\`: decorators of that older kind cannot be evaluated`,
    {
      next: `Write them as the language has them and take the setting out of ${where}, or import the class compiled, from a package.`,
    },
  );
}
