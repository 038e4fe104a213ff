// What ssh asks for, out of the words in which it asks.
import type { SecretQuestion, UnknownHostKey } from "../../../questions/question.ts";
import type { SshSettings } from "../config/settings.ts";
import { asksForPassword } from "../password-prompt.ts";
import type { AskpassQuestion } from "./askpass.ts";

export type Asked =
  | {
      readonly kind: "secret";
      readonly question: Pick<SecretQuestion, "what" | "prompt" | "about">;
      /** `user@host` of the jump host that asks. */
      readonly hop?: string;
    }
  /** Something to do, such as touching a device: there is nothing to answer. */
  | { readonly kind: "notice" }
  /** Whether to trust a host whose key nobody knows. */
  | {
      readonly kind: "trust";
      readonly key: Pick<UnknownHostKey, "name" | "type" | "fingerprint">;
      readonly hop?: string;
    }
  /** What may only be answered with no. */
  | { readonly kind: "refusal" };

/** What a host itself asks has `(user@host)` before it, so that it cannot pass for anything else here. */
export function readPrompt(asked: AskpassQuestion, settings: SshSettings): Asked {
  if (asked.kind === "none") return { kind: "notice" };
  const prompt = asked.prompt.trim();
  const stranger = readStranger(prompt, settings);
  if (stranger !== undefined) return stranger;
  if (asked.kind === "confirm" || /^[^(].*\(yes\/no/su.test(prompt)) return { kind: "refusal" };
  const keyFile = /^Enter passphrase for (?:key )?'?(.+?)'?:?$/su.exec(prompt)?.[1];
  if (keyFile !== undefined) {
    const about = `passphrase ${keyFile}`;
    return { kind: "secret", question: { what: "passphrase", prompt: keyFile, about } };
  }
  const login =
    /^(?<user>[^\s@]+)@(?<host>\S+)'s (?<words>password:)$/u.exec(prompt)?.groups ??
    /^\((?<user>[^\s@]+)@(?<host>[^\s)]+)\) (?<words>.*)$/su.exec(prompt)?.groups;
  return describeLogin(login?.["words"] ?? prompt, login, settings);
}

function readStranger(prompt: string, settings: SshSettings): Asked | undefined {
  if (!prompt.startsWith("The authenticity of host '")) return undefined;
  const [, name, type, fingerprint] =
    / '(\S+) .*?^(\S+) key fingerprint is (\S+?)\.?$/msu.exec(prompt) ?? [];
  if (name !== undefined && type !== undefined && fingerprint !== undefined) {
    const hop = name === nameWithPort(settings) ? {} : { hop: name };
    return { kind: "trust", key: { name, type, fingerprint }, ...hop };
  }
  return undefined;
}

function describeLogin(
  words: string,
  login: Readonly<Record<string, string>> | undefined,
  settings: SshSettings,
): Asked {
  const { user = settings.user, host = nameOf(settings) } = login ?? {};
  const isTarget = user === settings.user && host.toLowerCase() === nameOf(settings);
  const whose = isTarget ? {} : { hop: `${user}@${host}` };
  if (!asksForPassword(words)) {
    return { kind: "secret", question: { what: "code", prompt: words }, ...whose };
  }
  const about = isTarget
    ? `password ${user}@${nameWithPort(settings)}`
    : `password of a jump host ${user}@${host}`;
  return { kind: "secret", question: { what: "password", about }, ...whose };
}

function nameOf({ hostkeyalias, hostname }: SshSettings): string {
  return (hostkeyalias ?? hostname).toLowerCase();
}

function nameWithPort(settings: SshSettings): string {
  const { hostkeyalias, port } = settings;
  const name = nameOf(settings);
  return hostkeyalias !== undefined || port === 22 ? name : `[${name}]:${port}`;
}
