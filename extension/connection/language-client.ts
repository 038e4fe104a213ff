// Language features over the server's second door: one client after the other, for as long as the window is open.
import type { Duplex } from "node:stream";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { type FormMark, formMarksChanged } from "re-ops/protocol";
import type * as vscode from "vscode";

export interface LanguageClientTools {
  readonly project: string;
  readonly log: vscode.LogOutputChannel;
  readonly signal: AbortSignal;
  /** Waits for a server; may reject, and is then asked again. */
  open(): Promise<Duplex>;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** The forms of an open file stand so. */
  onMarks(file: string, marks: readonly FormMark[]): void;
  /** The server is gone, and with it what it knew. */
  onLost(): void;
}

const PAUSE_MS = 1000;

/** Starts a client whenever there is a door to start one on; ends with the signal. */
export async function keepLanguageClient(tools: LanguageClientTools): Promise<void> {
  const { signal, log } = tools;
  while (!signal.aborted) {
    try {
      const stream = await tools.open();
      await runClient(stream, tools);
    } catch (error) {
      log.warn(`Language features of ${tools.project}: ${String(error)}`);
    }
    await tools.wait(PAUSE_MS, signal);
  }
}

/** Resolves when the stream is closed or the signal was aborted. */
async function runClient(stream: Duplex, tools: LanguageClientTools): Promise<void> {
  const client = new QuietClient(
    "re-ops",
    "Re-ops",
    () => Promise.resolve({ reader: stream, writer: stream, detached: true }),
    clientOptions(tools),
  );
  const stopped = Promise.withResolvers<undefined>();
  const leave = () => {
    stopped.resolve(undefined);
  };
  const listening = client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) leave();
  });
  tools.signal.addEventListener("abort", leave);
  client.onNotification(formMarksChanged.method, (raw: unknown) => {
    const { uri, marks } = formMarksChanged.params.parse(raw);
    tools.onMarks(client.protocol2CodeConverter.asUri(uri).fsPath, marks);
  });
  try {
    await client.start();
    await stopped.promise;
  } finally {
    listening.dispose();
    tools.signal.removeEventListener("abort", leave);
    tools.onLost();
    await client.dispose().catch((error: unknown) => {
      tools.log.debug(`A language client ended with: ${String(error)}`);
    });
    stream.destroy();
  }
}

function clientOptions({ project, log }: LanguageClientTools): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: "typescript", pattern: `${escapeGlob(project)}/**/*` },
    ],
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // Whoever lost the stream starts the next client; the default gives up after five losses in three minutes.
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    initializationFailedHandler: () => false,
  };
}

function escapeGlob(folder: string): string {
  return folder.replaceAll("\\", "/").replaceAll(/[*?[\]{}]/gu, "[$&]");
}

/** A client that is lost is found again without anybody being told. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }
}
