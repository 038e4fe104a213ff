// What `npm start` asks of an editor, whichever it is.

export type EditorRequest = {
  /** The checkout, whose extension is loaded. */
  root: string;
  folder: string;
  /** Shown at once. */
  file?: string;
  environment: NodeJS.ProcessEnv;
};

export type Editor = {
  /** A sentence that tells the person where it is. */
  where: string;
  stop(): Promise<void>;
};
