// Answers that a person wanted kept: in VS Code's secret storage, under the name of what they open; the names alone are listed elsewhere.
import type * as vscode from "vscode";

const NAMES = "kept answers";

export class KeptAnswers {
  readonly #secrets: vscode.SecretStorage;
  readonly #memory: vscode.Memento;

  constructor(secrets: vscode.SecretStorage, memory: vscode.Memento) {
    this.#secrets = secrets;
    this.#memory = memory;
  }

  /** What they open, such as `password root@web`. */
  get names(): readonly string[] {
    return this.#memory.get<readonly string[]>(NAMES, []);
  }

  async get(about: string): Promise<string | undefined> {
    return this.names.includes(about) ? await this.#secrets.get(keyOf(about)) : undefined;
  }

  async keep(about: string, value: string): Promise<void> {
    await this.#secrets.store(keyOf(about), value);
    await this.#memory.update(NAMES, [...this.names.filter((name) => name !== about), about]);
  }

  async forget(about: string): Promise<void> {
    if (!this.names.includes(about)) return;
    await this.#secrets.delete(keyOf(about));
    await this.#memory.update(
      NAMES,
      this.names.filter((name) => name !== about),
    );
  }
}

function keyOf(about: string): string {
  return `answer: ${about}`;
}
