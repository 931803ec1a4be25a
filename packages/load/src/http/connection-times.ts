import { Histogram, type HistogramSnapshot } from 'millrace/core';

/** What it took to open connections: those that opened, each once. Microseconds. */
export class ConnectionTimes {
  /** From the first packet until TCP was connected. */
  readonly connect: Histogram = new Histogram();
  /** From then until the TLS handshake was done; empty without TLS. */
  readonly tls: Histogram = new Histogram();

  snapshot(): { readonly connectTimeUs: HistogramSnapshot; readonly tlsTimeUs: HistogramSnapshot } {
    return { connectTimeUs: this.connect.snapshot(), tlsTimeUs: this.tls.snapshot() };
  }
}
