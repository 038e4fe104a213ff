// How OpenSSH's configuration says a host is reached, asked once per name and remembered until a file of it changes.
import { createSemaphore } from "../../../waiting/semaphore.ts";
import type { Environment } from "../../transport.ts";
import { type SshAnswer, type SshQuestion, askSsh } from "./ask-ssh.ts";
import { type ConfigFiles, classOf, readConfigFiles, stampOf } from "./config-files.ts";

const QUESTIONS_AT_ONCE = 4;

export interface SshConfig {
  /** Rejects with `ConnectionError` when ssh itself finds a mistake. */
  resolve(question: SshQuestion): Promise<SshAnswer>;
}

/** All that is known while no file changes. */
interface Knowledge {
  readonly files: ConfigFiles;
  readonly stamp: string;
  readonly answers: Map<string, Promise<SshAnswer>>;
  /** One answer for each class of hosts that differ in nothing but their name. */
  readonly shared: Map<string, { readonly hostname: string; readonly answer: Promise<SshAnswer> }>;
}

export function createSshConfig(environment: Environment): SshConfig {
  const questions = createSemaphore(QUESTIONS_AT_ONCE);
  let knowledge: Knowledge | undefined;
  let checking: Promise<Knowledge> | undefined;

  // Everybody who asks during a check shares it: a fan-out looks at the files once.
  function currentKnowledge(): Promise<Knowledge> {
    checking ??= refresh(knowledge, environment)
      .then((fresh) => (knowledge = fresh))
      .finally(() => (checking = undefined));
    return checking;
  }

  function ask(question: SshQuestion): Promise<SshAnswer> {
    return questions.run(() => askSsh(question, environment));
  }

  async function askShared(question: SshQuestion, { files, shared }: Knowledge) {
    const { alias, user, port, jump } = question;
    const ofHost = classOf(files, alias, jump);
    if (ofHost === undefined) return ask(question);
    const { hostname } = ofHost;
    const name = JSON.stringify([ofHost.name, user, port, jump]);
    const first = shared.get(name) ?? { hostname, answer: ask(question) };
    shared.set(name, first);
    const answer = await first.answer;
    // Where the answer shows that we have misread the files, each host is asked about.
    const { settings } = answer;
    return settings.hostname === first.hostname
      ? { ...answer, settings: { ...settings, hostname } }
      : ask(question);
  }

  return {
    async resolve(question) {
      const known = await currentKnowledge();
      const name = JSON.stringify([question.alias, question.user, question.port, question.jump]);
      const answer = known.answers.get(name) ?? askShared(question, known);
      known.answers.set(name, answer);
      try {
        return await answer;
      } catch (error) {
        known.answers.delete(name);
        known.shared.clear();
        throw error;
      }
    },
  };
}

async function refresh(old: Knowledge | undefined, environment: Environment): Promise<Knowledge> {
  if (old !== undefined && (await stampOf(old.files.paths)) === old.stamp) return old;
  // Read once to learn which files there are, and again so that nothing read is older than the stamp.
  const { paths } = await readConfigFiles(environment);
  const stamp = await stampOf(paths);
  const files = await readConfigFiles(environment);
  return { files: { ...files, paths }, stamp, answers: new Map(), shared: new Map() };
}
