// Entry of the thread that serves the routes.
import { run_worker } from '../src/thread/worker_main.ts'

run_worker()
