// Entry of the matcher pool: work on the shared subject index that would stall a connection.
export { grow } from '../src/thread/matcher_tasks.ts'
