// Actors hold addresses of each other, never objects: a thread and a slot in that thread's table.

/** thread * 2^24 + slot. */
export type Address = number

const SLOTS = 1 << 24

export const make_address = (thread: number, slot: number): Address => thread * SLOTS + slot
export const thread_of = (address: Address): number => Math.floor(address / SLOTS)
export const slot_of = (address: Address): number => address % SLOTS
