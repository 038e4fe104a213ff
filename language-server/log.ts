// The server's own words: its client made standard error a log file in the state folder.

export type Log = (line: string) => void;

export function createLog(output: NodeJS.WritableStream): Log {
  return (line) => {
    output.write(`${new Date().toISOString()} ${String(process.pid)} ${line}\n`);
  };
}
