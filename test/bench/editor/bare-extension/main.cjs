// The least that an extension can do on a key press: one decoration at the end of the cursor's line.
const vscode = require("vscode");

exports.activate = (context) => {
  const decoration = vscode.window.createTextEditorDecorationType({});
  const show = (options) => vscode.window.activeTextEditor?.setDecorations(decoration, options);
  const decorate = () => {
    const line = vscode.window.activeTextEditor?.selection.active.line ?? 0;
    const range = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
    show([{ range, renderOptions: { after: { contentText: "⇒\u00A02" } } }]);
  };
  context.subscriptions.push(
    decoration,
    vscode.commands.registerCommand("bare.decorate", decorate),
    vscode.commands.registerCommand("bare.clear", () => show([])),
  );
};
