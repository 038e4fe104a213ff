// The door of `re-ops/syntax`: what a language server may ask about a text, without evaluating anything.
export { formsOf } from "./live/text/forms.ts";
export type { FormOutline } from "./live/text/forms.ts";
export type { Form } from "./live/text/form.ts";
export { standingKey } from "./live/text/standing-key.ts";
export { codeOf } from "./live/text/form-code.ts";
export { readDocument } from "./live/text/document.ts";
export type { SourceDocument } from "./live/text/document.ts";
export { RecentDocuments } from "./live/text/recent-documents.ts";
export { formsAbove } from "./live/text/forms-above.ts";
export { rangeIn } from "./live/text/ranges.ts";
export type { ChosenRange } from "./live/text/ranges.ts";
export { enclosing, isFunction, parentsIn } from "./live/text/nodes.ts";
export { childrenOf, referencesIn } from "./live/text/syntax.ts";
export type { CallExpression, Node, Span, Statement } from "./live/text/syntax.ts";
