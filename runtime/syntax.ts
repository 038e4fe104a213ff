// The door of `re-ops/syntax`: what a language server may ask about a text, without evaluating anything.
export { formsOf } from "./live/forms.ts";
export type { FormOutline } from "./live/forms.ts";
export type { Form } from "./live/form.ts";
export { standingKey } from "./live/form.ts";
export { codeOf } from "./live/form-code.ts";
export { readDocument } from "./live/document.ts";
export type { SourceDocument } from "./live/document.ts";
export { formsAbove } from "./live/forms-above.ts";
export { rangeIn } from "./live/ranges.ts";
export type { ChosenRange } from "./live/ranges.ts";
export { enclosing, isFunction, parentsIn } from "./live/nodes.ts";
export { childrenOf, referencesIn } from "./live/syntax.ts";
export type { CallExpression, Node, Span, Statement } from "./live/syntax.ts";
