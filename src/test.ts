// What a test imports: `onehop/test`.
export { Cluster, startCluster } from './testing/cluster.ts'
export { NatsServer, startServer } from './testing/nats_server.ts'
export type {
  ClusterMember,
  ClusterOptions,
  InterestWait,
  MemberId,
  MeshWait,
  PartitionOptions,
  SlowClient,
} from './testing/cluster_options.ts'
