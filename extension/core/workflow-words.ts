// What go, stop, reset and refresh have done, in a sentence or two for a notification.
import type {
  ComponentsAction,
  ComponentsReport,
  EvaluationError,
  RefreshReport,
} from "re-ops/protocol";

export function describeRefresh(report: RefreshReport, unsaved: readonly string[] = []): string {
  const { evaluated, reread, deleted, gone } = report;
  const kept = gone.filter(({ file }) => !deleted.includes(file));
  const done = [
    ...(evaluated.length > 0 ? [`Evaluated anew: ${someOf(evaluated)}.`] : []),
    ...(reread.length > 0 ? [`Read again: ${someOf(reread)}.`] : []),
    ...(deleted.length > 0 ? [`Deleted, and its names gone: ${someOf(deleted)}.`] : []),
    ...kept.map(({ file, names }) => `Gone from ${file}: ${someOf(names)}.`),
  ];
  return [
    ...(done.length > 0 ? done : ["Nothing has changed on disk since it was evaluated."]),
    ...(unsaved.length > 0 ? [`Not saved, so not looked at: ${someOf(unsaved)}.`] : []),
  ].join(" ");
}

export function describeRefreshError(error: EvaluationError, folder: string): string {
  const { file, line, name, message, next = "" } = error;
  const short = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
  const what = name === undefined ? message : `${name}: ${message}`;
  return `${short}, line ${String(line)}: ${what}. ${next}`.trimEnd();
}

export function describeComponents(action: ComponentsAction, report: ComponentsReport): string {
  const { stopped, started, notes } = report;
  return [headline(action, stopped, started), ...notes].join(" ");
}

function headline(
  action: ComponentsAction,
  stopped: readonly string[],
  started: readonly string[],
): string {
  if (action === "reset")
    return `Reset: ${someOf(started)} started anew, and nothing is evaluated.`;
  if (action === "go") {
    return started.length > 0 ? `Started: ${someOf(started)}.` : "Everything runs already.";
  }
  return stopped.length > 0
    ? `Stopped: ${someOf(stopped)}. Nothing runs on hosts until Go.`
    : "Everything is stopped already.";
}

function someOf(names: readonly string[]): string {
  const some = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${some} and ${String(names.length - 5)} more` : some;
}
