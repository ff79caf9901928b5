/**
 * Who is told what happens on a {@link Transport}: an HTTP/1.1 connection at first, a websocket after an upgrade.
 */
export interface TransportOwner {
  /**
   * Bytes arrived. `buffer` belongs to the transport and is reused: what is needed after the call must be copied.
   * The owner may change the bytes between `start` and `end` in place.
   */
  onData(buffer: Buffer, start: number, end: number): void;
  /** Everything written has left the process. Follows a `write` that returned false. */
  onDrain(): void;
  /** The peer will send no more bytes; it may still read. */
  onEnd(): void;
  /** The connection is gone in both directions; the last event. */
  onClose(error: Error | undefined): void;
}

/** One connection's two byte streams, whatever carries them: TCP, TLS, a unix socket or memory. */
export interface Transport {
  /** Gets the events; set by whoever takes the connection over. */
  owner: TransportOwner;
  /** The peer's address, `""` where there is none (unix sockets). */
  readonly remoteAddress: string;
  /** The peer's port, 0 where there is none. */
  readonly remotePort: number;
  /** Whether the bytes travel under TLS. */
  readonly encrypted: boolean;
  /** Bytes written and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  /**
   * Bytes the operating system has taken so far, as finely as the runtime tells: how fast the peer reads. It takes them
   * in steps of its send buffer.
   */
  readonly sentBytes: number;
  /** Whether the connection is gone or told to go: writes do nothing. */
  readonly destroyed: boolean;
  /**
   * Sends bytes; a string is sent as latin1, one byte per character. Bytes are not copied and must not change later.
   * @returns false when the peer is slow and the caller should wait for `onDrain`.
   */
  write(data: string | Uint8Array): boolean;
  /** Holds writes back until {@link Transport.uncork}, so that several leave in one system call. */
  cork(): void;
  uncork(): void;
  /** Stops reading, so that the peer's writes are held back by its own network stack. */
  pause(): void;
  resume(): void;
  /** Sends what is buffered, then closes this side. */
  end(): void;
  /** Cuts the connection at once. */
  destroy(): void;
}
