import type {
  CommandConnection,
  ConnectionReport,
  RedisConnector,
  RedisReply,
  RedisSend,
  RedisWord,
  SubscriberConnection,
} from './connection.ts';

/** A connection that does what a test says. */
export class FakeConnection implements CommandConnection, SubscriberConnection {
  ready = false;
  started = false;
  closed = false;
  readonly report: ConnectionReport;
  /** What was sent, as text. */
  readonly sent: string[] = [];
  /** Channels that were asked for, in order. */
  readonly asked: string[] = [];
  readonly listeners: Map<string, (message: string) => void> = new Map<string, (message: string) => void>();
  pings = 0;
  /** Answers a command; default: nothing ever. */
  answer: (words: readonly RedisWord[]) => Promise<RedisReply> = () => new Promise(() => {});
  confirm: () => Promise<unknown> = () => Promise.resolve();
  pong: () => Promise<unknown> = () => Promise.resolve();

  constructor(report: ConnectionReport) {
    this.report = report;
  }

  /** Becomes ready, and says so. */
  make(): void {
    this.ready = true;
    this.report.made();
  }

  start(): void {
    this.started = true;
  }

  send(_key: string, words: readonly RedisWord[]): Promise<RedisReply> {
    this.sent.push(words.join(' '));
    return this.answer(words);
  }

  /** Every key has a server of its own. */
  routeOf(key: string): string {
    return key;
  }

  async primaries(): Promise<readonly RedisSend[]> {
    return [(words) => this.send('', words), (words) => this.send('', words)];
  }

  subscribe(channel: string, listen: (message: string) => void): Promise<unknown> {
    this.asked.push(channel);
    this.listeners.set(channel, listen);
    return this.confirm();
  }

  ping(): Promise<unknown> {
    this.pings++;
    return this.pong();
  }

  close(): void {
    this.ready = false;
    this.closed = true;
  }
}

/** A library whose connections a test holds in its hand. */
export class FakeConnector implements RedisConnector {
  readonly clustered: boolean;
  readonly commands: FakeConnection[] = [];
  readonly subscribers: FakeConnection[] = [];

  constructor(clustered = false) {
    this.clustered = clustered;
  }

  /** The newest connection for commands. */
  get current(): FakeConnection {
    return this.commands.at(-1) as FakeConnection;
  }

  openCommands(report: ConnectionReport): FakeConnection {
    return keep(this.commands, new FakeConnection(report));
  }

  openSubscriber(report: ConnectionReport): FakeConnection {
    return keep(this.subscribers, new FakeConnection(report));
  }
}

function keep(list: FakeConnection[], connection: FakeConnection): FakeConnection {
  list.push(connection);
  return connection;
}
