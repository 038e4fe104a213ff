// Runs a step's script on one host with the secrets that it needs, and lets none of their values out again.
import type { StepDescription } from "../../port.ts";
import type { StepExecution, Reach, ReachEnd } from "../connections/reach.ts";
import type { HostCopy } from "../files/host-copy.ts";
import { describeNotBegun } from "../connections/reach-end.ts";
import type { Redaction } from "../secrets/redaction.ts";
import type { Secrets } from "../secrets/secrets.ts";
import { loginPassword, readyScript, sudoAccess } from "../secrets/step-secrets.ts";
import type { OnOutput } from "../shell/execute.ts";
import type { Target } from "../transports/transport.ts";

export interface SecretTools {
  readonly reach: Reach;
  readonly secrets: Secrets;
  readonly redaction: Redaction;
}

/** `copy` has a script of its own, and takes standard output as it is: a file that is copied must not be changed. */
export async function executeStep(
  step: StepDescription,
  target: Target,
  copy: HostCopy | undefined,
  options: Omit<StepExecution, "input" | "sudo">,
  { reach, secrets, redaction }: SecretTools,
): Promise<ReachEnd> {
  const { host, evaluationId, aside } = target;
  const asker = { evaluationId, ...(aside && { aside }) };
  const hidden = hideIn(options.onOutput, redaction);
  const onOutput: OnOutput = (stream, chunk) =>
    stream === "out" && copy?.takeOutput !== undefined
      ? copy.takeOutput(chunk)
      : hidden.onOutput(stream, chunk);
  const signal =
    copy?.signal === undefined ? options.signal : AbortSignal.any([options.signal, copy.signal]);
  try {
    const asking = { ...asker, what: "secret", host } as const;
    const ready: Pick<HostCopy, "script" | "input"> =
      copy ?? (await readyScript(step, secrets, asking, signal));
    const sudo = sudoAccess(step, secrets, asker);
    const password = loginPassword(step, secrets, asker);
    const reached = { ...target, ...(password && { password }) };
    const end = await reach.execute(reached, ready.script, {
      ...options,
      signal,
      input: ready.input,
      sudo,
      onOutput,
    });
    hidden.end();
    return hideInEnd(end, redaction);
  } catch (error) {
    const context = { doing: "waiting for a secret", place: host, signal };
    const failure = describeNotBegun(error, context);
    if (failure !== undefined) return hideInEnd(failure, redaction);
    throw error;
  }
}

/** What may be the beginning of a value comes with the chunk after it, or at the end. */
function hideIn(onOutput: OnOutput, redaction: Redaction) {
  const streams = { out: redaction.stream(), err: redaction.stream() };
  const pass = (stream: "out" | "err", bytes: Buffer) =>
    bytes.length === 0 ? undefined : onOutput(stream, bytes);
  const hide: OnOutput = (stream, chunk) => pass(stream, streams[stream].push(chunk));
  return {
    onOutput: hide,
    end() {
      for (const stream of ["out", "err"] as const) void pass(stream, streams[stream].end());
    },
  };
}

function hideInEnd(end: ReachEnd, redaction: Redaction): ReachEnd {
  if (!("message" in end)) return end;
  const hide = (text: string) => redaction.text(text);
  const survivors = end.survivors?.map((one) => ({ ...one, message: hide(one.message) }));
  return {
    ...end,
    message: hide(end.message),
    next: hide(end.next),
    ...(survivors && { survivors }),
  };
}
