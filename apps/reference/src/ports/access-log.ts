/** Takes one line for each request that was answered. */
export interface AccessLog {
  /** Never throws: a log that cannot be written costs lines, not answers. */
  write(line: string): void;
  close(): Promise<void>;
}
