// What a connection sees of its socket, whichever kind that is: pieces go out as one write at a time, bytes come in
// through a callback. Half-open: after the peer's end, what is queued can still be written.

export interface TransportEvents {
  /** Bytes came: buffer[0, length), valid during the call. False stops reading until resume(). */
  bytes(buffer: Uint8Array, length: number): boolean
  /** The write that was not taken at once has left. */
  written(): void
  /** The peer will send no more. */
  ended(): void
  /** All is over; called once. `error`: what ended it, null if nothing went wrong. */
  closed(error: Error | null): void
}

export interface Transport {
  /** Starts reading. Once. */
  start(events: TransportEvents): void
  /**
   * Writes the pieces as one. True: the kernel took all of it and the memory is free again. False: the memory must stay
   * as it is until written(); no other write before that.
   */
  write(pieces: Uint8Array[]): boolean
  /** No more writes; the peer is told once everything has left. */
  end(): void
  /** Cuts the connection. closed() follows. */
  destroy(): void
  stop(): void
  resume(): void
}
