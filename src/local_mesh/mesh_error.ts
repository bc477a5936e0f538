/** The mesh can not be started, or did not come about; the message says why, and what to do. */
export class MeshError extends Error {
  override name = 'MeshError'
}
