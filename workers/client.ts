// Entry of the threads that serve clients (and, on few cores, the routes as well).
import { run_worker } from '../src/thread/worker_main.ts'

run_worker()
