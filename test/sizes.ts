// How much a suite does: little in `npm test`, which has to be quick, more in `npm run test:full`, and most in `npm run check:long`.

const size = process.env.ONEHOP_LONG === '1' ? 'long' : process.env.ONEHOP_FULL === '1' ? 'full' : 'short'

/** What of the three counts in this run. A suite that has a size of `test:full` names that step in suites.json. */
export const sized = <T>(sizes: { short: T; full: T; long: T }): T => sizes[size]
