// Entry of the matcher pool: work on the shared subject index, and on passwords, that would stall a connection.
export { check_password, grow } from '../src/thread/matcher_tasks.ts'
